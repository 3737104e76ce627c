// Groups alerts on a time axis: those that would overlap become one mark.

import type { Alert } from '@gonsters/contract';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';

export interface AlertGroup {
  /** 0…1 from the left edge of the view. */
  share: number;
  /** Worst first, newest first among equals. */
  alerts: [Alert, ...Alert[]];
}

/** `alerts` oldest first. Groups lie at least `apartPx` from each other. */
export function groupAlerts(alerts: readonly Alert[], view: TimeSpan, widthPx: number, apartPx: number): AlertGroup[] {
  const groups: AlertGroup[] = [];
  const span = view.toMs - view.fromMs;
  for (const alert of alerts) {
    const share = (Date.parse(alert.raised_at) - view.fromMs) / span;
    if (share < 0 || share > 1) continue;
    const last = groups.at(-1);
    if (last && (share - last.share) * widthPx < apartPx) last.alerts.push(alert);
    else groups.push({ share, alerts: [alert] });
  }
  for (const { alerts: together } of groups) {
    together.sort((a, b) => rank(a) - rank(b) || Date.parse(b.raised_at) - Date.parse(a.raised_at));
  }
  return groups;
}

const rank = (alert: Alert) => (alert.severity === 'critical' ? 0 : 1);
