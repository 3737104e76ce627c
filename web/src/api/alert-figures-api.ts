// Requests about the key figures of alarms, of the plant, a location or a shift.

import type { AlertStats } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface FiguresFilter {
  fromMs: number;
  toMs: number;
  /** Empty: all. */
  location: string;
  shift: string;
}

export const alertFiguresApi = (client: ApiClient) => ({
  figures: ({ fromMs, toMs, location, shift }: FiguresFilter, signal: AbortSignal) =>
    client.request<AlertStats>({
      method: 'GET',
      path: '/alerts/stats',
      query: {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        location: location || undefined,
        shift: shift || undefined,
      },
      signal,
    }),
});
