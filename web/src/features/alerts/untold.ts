// Which alerts nobody could be told of and nobody has seen yet.

import type { Alert } from '@gonsters/contract';

type Told = Pick<Alert, 'state' | 'told' | 'raised_at'>;

/** Unacknowledged ones whose chain has ended without an accepted message; the newest first. */
export function untold<Each extends Told>(alerts: readonly Each[]): Each[] {
  return alerts
    .filter(
      ({ state, told }) => told?.state === 'nobody' && (state === 'active_unacked' || state === 'cleared_unacked'),
    )
    .sort((a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at));
}
