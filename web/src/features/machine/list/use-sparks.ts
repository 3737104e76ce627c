// The last half hour of the metrics that a list shows, with one request for all of them.

import type { ReadingRow } from '@gonsters/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import type { SparkPoint } from '../../../charts/sparkline-path.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { useLive } from '../../../live/use-live.ts';

export const SPARK_SPAN_MS = 30 * 60_000;
const REFRESH_MS = 60_000;
const ROWS = SPARK_SPAN_MS / REFRESH_MS + 2;
const NONE: ReadonlyMap<string, readonly SparkPoint[]> = new Map();

/** By name, in the unit that is stored. */
export function useSparks(
  machineId: string,
  metrics: readonly MetricView[],
): ReadonlyMap<string, readonly SparkPoint[]> {
  const api = useApi();
  const { now } = useLive();
  const names = metrics.filter(({ kind }) => kind === 'gauge' || kind === 'counter').map(({ name }) => name);
  const { data = NONE } = useQuery({
    queryKey: ['machines', 'sparks', machineId, ...names],
    queryFn: async ({ signal }) => {
      const range = { fromMs: now() - SPARK_SPAN_MS, toMs: now() };
      return pointsOf(names, await api.buckets(machineId, names, range, '1m', ROWS, signal));
    },
    enabled: names.length > 0,
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
  return data;
}

function pointsOf(names: readonly string[], newestFirst: readonly ReadingRow[]): Map<string, SparkPoint[]> {
  const rows = newestFirst.toReversed().map((row) => ({ timeMs: Date.parse(row.timestamp), row }));
  return new Map(
    names.map((name) => [
      name,
      rows.flatMap(({ timeMs, row }) => (typeof row[name] === 'number' ? [{ timeMs, value: row[name] }] : [])),
    ]),
  );
}
