// Readings of the past.

import type { ReadingPage } from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';

export function readingsApi(client: ApiClient) {
  return {
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
