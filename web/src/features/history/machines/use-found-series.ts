// The series that a search finds: the server finds the machines, and their metrics are looked through here.

import type { Machine } from '@gonsters/contract';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { NO_FILTER } from '../../../api/machines-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { useDebounced } from '../../../components/domain/machines/use-machine-lookup.ts';
import { metricView } from '../../../components/domain/metrics/metric-view.ts';
import { machineMetricsKey } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { useText } from '../../../i18n/use-text.ts';
import { seedReadings } from '../../../live/live.ts';
import { useLive } from '../../../live/use-live.ts';
import { type FoundSeries, machineTexts, matches, wordsOf } from './found-series.ts';

const MOST_MACHINES = 8;

/** `machines` come first; with `only` there are no others. */
export function useFoundSeries(text: string, machines: readonly Machine[], only: boolean) {
  const api = useApi();
  const live = useLive();
  const { language } = useText();
  const asked = useDebounced(text.trim());
  const lookups = useQueries({
    queries: (only ? [] : machineTexts(asked)).map((search) => ({
      queryKey: ['machines', 'found', search, MOST_MACHINES],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const page = { sort: 'name', limit: MOST_MACHINES, offset: 0 } as const;
        const found = await api.machinePage({ ...NO_FILTER, search }, page, signal);
        seedReadings(live, found.machines);
        return found;
      },
      placeholderData: keepPreviousData,
    })),
    combine: (queries) => ({
      busy: queries.some((query) => query.isPending),
      error: queries.find((query) => query.error)?.error ?? null,
      machines: queries.flatMap((query) => query.data?.machines ?? []),
    }),
  });
  const all = useMemo(() => {
    const byId = new Map(machines.map((machine) => [machine.machine_id, machine]));
    for (const machine of lookups.machines) if (!byId.has(machine.machine_id)) byId.set(machine.machine_id, machine);
    return [...byId.values()];
  }, [machines, lookups.machines]);
  const answers = useQueries({
    queries: all.map(({ machine_id: id }) => ({
      queryKey: machineMetricsKey(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.machineMetrics(id, signal),
    })),
    combine: (queries) => ({
      busy: queries.some((query) => query.isPending),
      data: queries.map((query) => query.data ?? null),
    }),
  });
  const found = useMemo(() => {
    const words = wordsOf(text);
    return all.flatMap((machine, i) =>
      (answers.data[i]?.metrics ?? [])
        .filter(({ status }) => status !== 'pending')
        .map((metric, place): FoundSeries => {
          const view = metricView(metric, live.metrics, language, place);
          return { key: `${machine.machine_id}.${view.name}`, machine, view };
        })
        .filter((series) => matches(series, words)),
    );
  }, [all, answers.data, text, live.metrics, language]);
  return { found, busy: asked !== text.trim() || lookups.busy || answers.busy, error: lookups.error };
}
