// Whether the clocks of the servers are trusted to delete what is old.

import type { ClockStatus } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export function clockApi(client: ApiClient) {
  return {
    clock: (signal: AbortSignal) => client.request<ClockStatus>({ method: 'GET', path: '/system/clock', signal }),
    confirmClock: () => client.request<ClockStatus>({ method: 'POST', path: '/system/clock/confirm' }),
  };
}
