// The requests of the history. Previous data stays visible until the new data has arrived; late replies are dropped by their
// key.

import type { Alert, Machine, MetricName } from '@gonsters/contract';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../../api/http/send.ts';
import { useApi } from '../../api/use-api.ts';
import { type HistoryData, INTERVAL_MS, readComparison } from '../../charts/history/history-lines.ts';
import { spanOf, type TimeSpan } from '../../charts/history/history-zoom.ts';
import { eachRaise } from '../../components/domain/alerts/alert-raises.ts';
import { useAlertRaises } from '../../components/domain/alerts/use-alert-raises.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import type { HistoryChoice } from './history-search.ts';

const MOST_POINTS = 10_000;
const POINTS_PER_PX = 2;
/** A width that changes by a few pixels asks for nothing new. */
const LIMIT_STEP = 100;
const LEAST_POINTS = 200;
const OVERVIEW_POINTS = 600;
/** Nothing is coarser than days: a range of many years has more of them than there are pixels. */
const enoughPoints = (points: number, range: TimeSpan) =>
  Math.min(MOST_POINTS, Math.max(points, Math.ceil(spanOf(range) / INTERVAL_MS['1d']) + 2));
/** An alert that was raised this long before the range may still have been active in it. */
const BEFORE_MS = 7 * 86_400_000;

export interface ChosenMachine {
  id: string;
  /** null for one that is not there. */
  name: string | null;
}

export interface HistoryMachines {
  pending: boolean;
  /** In the order chosen, without those that are not there. */
  found: Machine[];
  missing: string[];
  error: unknown;
  retry: () => void;
}

export function useHistoryMachines(machineIds: readonly string[]): HistoryMachines {
  const api = useApi();
  const queries = useQueries({
    queries: machineIds.map((id) => ({ queryKey: ['machines', 'one', id], queryFn: () => api.machine(id) })),
  });
  const isMissing = (error: unknown) => error instanceof ApiError && (error.status === 404 || error.status === 400);
  return {
    pending: queries.some((query) => query.isPending),
    found: queries.flatMap((query) => query.data ?? []),
    missing: machineIds.filter((_, i) => !queries[i]?.data && isMissing(queries[i]?.error)),
    error: queries.find((query) => !query.data && query.error && !isMissing(query.error))?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.isError) void query.refetch();
    },
  };
}

/** `widthPx` of the plot, 0 before it is known. */
export function useComparison(
  machineIds: readonly string[],
  { metric, interval }: HistoryChoice,
  range: TimeSpan,
  widthPx: number,
) {
  const api = useApi();
  const points = enoughPoints(
    Math.max(LEAST_POINTS, Math.round((widthPx * POINTS_PER_PX) / LIMIT_STEP) * LIMIT_STEP),
    range,
  );
  return useQuery<HistoryData>({
    queryKey: ['readings', 'compare', machineIds, metric, range.fromMs, range.toMs, interval, points],
    enabled: machineIds.length > 0 && widthPx > 0,
    queryFn: async ({ signal }) => {
      const ask = (wanted: typeof interval, limit: number) =>
        api.compareReadings(machineIds, metric, range, wanted, limit, signal);
      try {
        return readComparison(await ask(interval, interval === 'auto' ? points : MOST_POINTS));
      } catch (error) {
        // Too fine for one picture: the table shows it all the same, page by page.
        if (interval === 'auto' || !(error instanceof ApiError) || error.code !== 'query_too_large') throw error;
        return readComparison(await ask('auto', points));
      }
    },
    placeholderData: (previous) => (previous?.metric === metric ? previous : undefined),
  });
}

export function useOverviewLine(machineId: string | null, metric: MetricName, whole: TimeSpan) {
  const api = useApi();
  return useQuery<HistoryData>({
    queryKey: ['readings', 'overview', machineId, metric, whole.fromMs, whole.toMs],
    enabled: machineId !== null,
    queryFn: async ({ signal }) =>
      readComparison(
        await api.compareReadings(
          [machineId ?? ''],
          metric,
          whole,
          'auto',
          enoughPoints(OVERVIEW_POINTS, whole),
          signal,
        ),
      ),
    placeholderData: (previous) =>
      previous?.metric === metric && previous.machines[0]?.id === machineId ? previous : undefined,
  });
}

export function useLimits(machineId: string | null) {
  const api = useApi();
  return useQuery({
    queryKey: ['limits', machineId],
    enabled: machineId !== null,
    queryFn: () => api.machineLimits(machineId ?? ''),
  }).data;
}

/** Those that were active at some time in the range, once for each raise, oldest first. */
export function useRangeAlerts(machineId: string | null, metric: MetricName, whole: TimeSpan): Alert[] {
  const api = useApi();
  const { alerts: open } = useOpenAlerts();
  const { data } = useQuery<Alert[]>({
    queryKey: ['alerts', 'raised', machineId, metric, whole.fromMs, whole.toMs],
    enabled: machineId !== null,
    queryFn: ({ signal }) => api.alertsBetween(machineId ?? '', whole.fromMs - BEFORE_MS, whole.toMs, signal, metric),
    placeholderData: (previous) => previous,
  });
  const known = useMemo(() => {
    const known = new Map((data ?? []).map((alert) => [alert.id, alert]));
    // An open one is known better here than from the last answer, and may be older than what was asked for.
    for (const alert of open) known.set(alert.id, alert);
    return [...known.values()].filter((alert) => alert.machine_id === machineId && alert.metric === metric);
  }, [data, open, machineId, metric]);
  const range = useMemo(() => ({ fromMs: whole.fromMs - BEFORE_MS, toMs: whole.toMs }), [whole]);
  const raisesOf = useAlertRaises(known, range);
  return useMemo(
    () =>
      eachRaise(known, raisesOf)
        .filter((alert) => Date.parse(alert.raised_at) < whole.toMs && endOf(alert) >= whole.fromMs)
        .sort((a, b) => Date.parse(a.raised_at) - Date.parse(b.raised_at)),
    [known, raisesOf, whole],
  );
}

export const endOf = (alert: Alert): number =>
  alert.cleared_at === null ? Number.POSITIVE_INFINITY : Date.parse(alert.cleared_at);
