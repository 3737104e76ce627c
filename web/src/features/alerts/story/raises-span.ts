// The time that the chart of an alert shows: all of its raises with some room around, or the newest ones where they are far apart.

import type { Alert, AlertRaise } from '@gonsters/contract';

const LEAST_ROOM_MS = 15 * 60_000;
const ROOM_SHARE = 0.25;
/** Raises further apart than this are no longer seen in one chart. */
const LONGEST_MS = 7 * 86_400_000;

export function raisesSpan(
  alert: Pick<Alert, 'raised_at' | 'first_raised_at' | 'cleared_at'>,
  raises: readonly Pick<AlertRaise, 'raised_at'>[],
  nowMs: number,
): { fromMs: number; toMs: number } {
  const endMs = alert.cleared_at === null ? nowMs : Date.parse(alert.cleared_at);
  const oldest = Math.min(Date.parse(alert.first_raised_at), ...raises.map(({ raised_at: at }) => Date.parse(at)));
  const firstMs = endMs - oldest > LONGEST_MS ? Math.max(oldest, endMs - LONGEST_MS) : oldest;
  const room = Math.max(LEAST_ROOM_MS, (endMs - firstMs) * ROOM_SHARE);
  return { fromMs: firstMs - room, toMs: alert.cleared_at === null ? nowMs : Math.min(nowMs, endMs + room) };
}
