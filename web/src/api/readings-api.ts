// Readings of the past.

import type { CompareReply, MetricName, ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';

export function readingsApi(client: ApiClient) {
  return {
    /** One metric of up to 12 machines since `fromMs`, at most `limit` points each. */
    compare: (machineIds: readonly string[], metric: MetricName, fromMs: number, limit: number) =>
      client.request<CompareReply>({
        method: 'GET',
        path: '/data/compare',
        query: { machine_ids: machineIds.join(','), metric, start_time: new Date(fromMs).toISOString(), limit },
      }),
    /** Newest first, raw; the newest `limit` of the range. */
    readings: async (machineId: string, fromMs: number, toMs: number, limit: number, signal: AbortSignal) =>
      (
        await client.request<ReadingPage>({
          method: 'GET',
          path: `/data/machine/${machineId}`,
          query: {
            start_time: new Date(fromMs).toISOString(),
            end_time: new Date(toMs).toISOString(),
            interval: 'raw',
            order: 'desc',
            limit,
          },
          signal,
        })
      ).data,
  };
}
