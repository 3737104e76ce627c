// Which metrics have a chart: as the machine type says. Who may change the type changes it for all its machines; for everybody
// else the choice is kept in this browser.

import { MAX_CHARTS } from '@gonsters/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useMay, useSessionState } from '../../../api/use-api.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import type { MachineMetricViews } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { moveBefore } from './chart-order.ts';

export interface PinnedCharts {
  charts: readonly MetricView[];
  /** Whether a change is for everybody. */
  shared: boolean;
  isPinned: (name: string) => boolean;
  /** No further one fits. */
  full: boolean;
  /** Adds a chart at the end, or takes it away; the last one stays. */
  toggle: (name: string) => void;
  /** Adds or moves a chart to the place of another one. */
  placeAt: (name: string, other: string) => void;
}

export function usePinnedCharts(views: MachineMetricViews): PinnedCharts {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const state = useSessionState();
  const shared = useMay('write:machines');
  const username = state.phase === 'signed-in' ? state.user.username : '';
  const key = `gonsters.charts.${username}`;
  const [own, setOwn] = useState(() => readOwn(key));
  const save = useMutation({
    mutationFn: (names: readonly string[]) => api.saveTypeCharts(views.type, names),
    onError: (error) => toast.error(t('machine.not_changed', { reason: errorText(t, error) })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['limits'] }),
  });
  const names = shared
    ? save.isPending
      ? save.variables
      : views.charts.map(({ name }) => name)
    : (own[views.type] ?? views.charts.map(({ name }) => name));
  const byName = new Map(views.metrics.map((view) => [view.name, view]));
  const known = names.flatMap((name) => byName.get(name) ?? []);
  const charts = known.length > 0 ? known : views.charts;
  const pinned = charts.map(({ name }) => name);
  const set = (next: readonly string[]) => {
    if (next.length === 0 || next.length > MAX_CHARTS || next.join() === pinned.join()) return;
    if (shared) {
      save.mutate(next);
      return;
    }
    const kept = { ...own, [views.type]: next };
    localStorage.setItem(key, JSON.stringify(kept));
    setOwn(kept);
  };
  return {
    charts,
    shared,
    isPinned: (name) => pinned.includes(name),
    full: pinned.length >= MAX_CHARTS,
    toggle: (name) => set(pinned.includes(name) ? pinned.filter((each) => each !== name) : [...pinned, name]),
    placeAt: (name, other) => set(moveBefore(pinned, name, other)),
  };
}

type ByType = Readonly<Record<string, readonly string[]>>;

function readOwn(key: string): ByType {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter(
        ([, names]) => Array.isArray(names) && names.every((name) => typeof name === 'string'),
      ),
    );
  } catch {
    return {};
  }
}
