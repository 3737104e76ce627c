// The notes of a row: an alert that was active, or a gap before it.

import type { Alert } from '@gonsters/contract';
import { endOf } from '../use-history-data.ts';

/** The worst alert that was active at some time in [fromMs, toMs); `alerts` oldest first. */
export function alertIn(alerts: readonly Alert[], fromMs: number, toMs: number): Alert | null {
  let worst: Alert | null = null;
  for (const alert of alerts) {
    if (Date.parse(alert.raised_at) >= toMs) break;
    if (endOf(alert) < fromMs) continue;
    if (worst === null || alert.severity === 'critical' || worst.severity !== 'critical') worst = alert;
  }
  return worst;
}

/**
 * Which limit the alert was past in a row that ends at `toMs`, and since when: an alert that has become critical since
 * was a warning before.
 */
export function pastLimit(alert: Alert, toMs: number): Pick<Alert, 'limit_kind' | 'severity'> & { sinceMs: number } {
  const { limit_kind, severity, escalated_at } = alert;
  const raisedMs = Date.parse(alert.raised_at);
  const escalatedMs = escalated_at === null ? raisedMs : Date.parse(escalated_at);
  if (escalatedMs < toMs) return { limit_kind, severity, sinceMs: escalatedMs };
  const before = limit_kind === 'high_high' ? 'high' : limit_kind === 'low_low' ? 'low' : limit_kind;
  return { limit_kind: before, severity: 'warning', sinceMs: raisedMs };
}

/** Length of the gap that ends where the row begins, 0 where there is none. */
export function gapBefore(gaps: readonly (readonly [number, number])[], timeMs: number): number {
  const gap = gaps.find(([, to]) => to === timeMs);
  return gap ? gap[1] - gap[0] : 0;
}
