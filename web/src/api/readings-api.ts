// Requests for stored readings.

import type { CompareReply, IntervalName, ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface ReadingRange {
  fromMs: number;
  /** Excluded. */
  toMs: number;
}

export function readingsApi(client: ApiClient) {
  return {
    /** Values of the named metrics, newest first, raw; the newest `limit` of the range. */
    readings: async (
      machineId: string,
      metrics: readonly string[],
      range: ReadingRange,
      limit: number,
      signal: AbortSignal,
    ) => {
      const page = { limit, offset: 0, fields: metrics.join(',') };
      return (await readingPage(client, machineId, range, 'raw', page, signal)).data;
    },
    /** Buckets of the named metrics, newest first. */
    buckets: async (
      machineId: string,
      metrics: readonly string[],
      range: ReadingRange,
      interval: IntervalName,
      limit: number,
      signal: AbortSignal,
    ) => {
      const page = { limit, offset: 0, fields: metrics.join(',') };
      return (await readingPage(client, machineId, range, interval, page, signal)).data;
    },
    /** Newest first, in the units that are shown; days are those of `zone`. */
    readingPage: (
      machineId: string,
      range: ReadingRange,
      { interval, metrics, zone }: { interval: IntervalName; metrics: readonly string[]; zone: string },
      page: { limit: number; offset: number },
      signal?: AbortSignal,
    ) => {
      const shown = { fields: metrics.join(','), tz: zone, units: 'display' } as const;
      return readingPage(client, machineId, range, interval, { ...page, ...shown }, signal);
    },
    /**
     * One metric of up to 12 machines, `toMs` null for up to now. `limit` points of each machine at most: `auto` chooses so,
     * any other interval is refused where it gives more. With a `zone` its days, and the unit that is shown.
     */
    compareReadings: (
      machineIds: readonly string[],
      metric: string,
      { fromMs, toMs }: { fromMs: number; toMs: number | null },
      interval: IntervalName | 'auto',
      limit: number,
      signal?: AbortSignal,
      zone?: string,
    ) =>
      client.request<CompareReply>({
        method: 'GET',
        path: '/data/compare',
        query: {
          machine_ids: machineIds.join(','),
          metric,
          start_time: new Date(fromMs).toISOString(),
          end_time: toMs === null ? undefined : new Date(toMs).toISOString(),
          interval,
          limit,
          ...(zone === undefined ? {} : { tz: zone, units: 'display' }),
        },
        ...(signal ? { signal } : {}),
      }),
  };
}

export const timesOf = ({ fromMs, toMs }: ReadingRange) => ({
  start_time: new Date(fromMs).toISOString(),
  end_time: new Date(toMs).toISOString(),
});

function readingPage(
  client: ApiClient,
  machineId: string,
  range: ReadingRange,
  interval: IntervalName,
  page: { limit: number; offset: number; fields?: string; tz?: string; units?: 'display' },
  signal?: AbortSignal,
): Promise<ReadingPage> {
  return client.request<ReadingPage>({
    method: 'GET',
    path: `/data/machine/${machineId}`,
    query: { ...timesOf(range), interval, order: 'desc', ...page },
    ...(signal ? { signal } : {}),
  });
}
