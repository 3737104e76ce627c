// What else happened at the machine while an alert lasted: other alerts, and changes of its state.

import type { Alert } from '@gonsters/contract';
import type { Mark, StateBand } from '../../../components/domain/metrics/state-band.ts';

export type Meanwhile = { key: string; timeMs: number } & (
  | { type: 'alert'; alert: Alert }
  | { type: 'state'; before: Mark; after: Mark }
);

/** More than these and the list says nothing any more. */
export const MOST_MEANWHILE = 12;
const BEFORE_MS = 15 * 60_000;
const LONGEST_MS = 12 * 3_600_000;

/** What is looked at: from a quarter of an hour before the newest raise; `nowMs` while it lasts. */
export function meanwhileSpan(alert: Pick<Alert, 'raised_at' | 'cleared_at'>, nowMs: number) {
  const fromMs = Date.parse(alert.raised_at) - BEFORE_MS;
  const toMs = (alert.cleared_at === null ? nowMs : Date.parse(alert.cleared_at)) + 60_000;
  return { fromMs, toMs: Math.max(fromMs + 60_000, Math.min(toMs, fromMs + LONGEST_MS)) };
}

/** In the order of time; of too many those closest to the raise. */
export function meanwhile(
  own: Pick<Alert, 'id' | 'raised_at'>,
  others: readonly Alert[],
  band: StateBand | null,
): Meanwhile[] {
  const found: Meanwhile[] = [];
  for (const alert of others) {
    if (alert.id !== own.id) found.push({ key: alert.id, type: 'alert', timeMs: Date.parse(alert.raised_at), alert });
  }
  for (const [i, run] of (band?.runs ?? []).entries()) {
    const before = band?.runs[i - 1];
    if (before === undefined) continue;
    found.push({
      ...{ key: `state ${run.fromMs}`, type: 'state', timeMs: run.fromMs },
      before: before.mark,
      after: run.mark,
    });
  }
  const raisedMs = Date.parse(own.raised_at);
  return found
    .toSorted((a, b) => Math.abs(a.timeMs - raisedMs) - Math.abs(b.timeMs - raisedMs))
    .slice(0, MOST_MEANWHILE)
    .toSorted((a, b) => a.timeMs - b.timeMs);
}
