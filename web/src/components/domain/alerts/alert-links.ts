// Where an alert leads: to its machine at the moment it was raised, and to the history around it.

import type { Alert } from '@gonsters/contract';
import { keepDocks } from '../panel-filters.ts';

const AROUND_MS = 3_600_000;

/** For `search` of a link to the machine: the chart stands at the moment the alert was raised. */
export function momentOf(alert: Alert) {
  return <Search extends object>(search: Search) => ({ ...keepDocks(search), at: alert.raised_at });
}

/** For `search` of a link to the history: the metric from an hour before the alert to an hour after it. */
export function historyOf(alert: Alert, nowMs: number) {
  const fromMs = Date.parse(alert.raised_at) - AROUND_MS;
  const toMs = (alert.cleared_at === null ? nowMs : Date.parse(alert.cleared_at)) + AROUND_MS;
  return <Search extends object>(search: Search) => ({
    ...keepDocks(search),
    machines: alert.machine_id ?? alert.machine_ids.join(','),
    ...(alert.metric === 'connection' ? {} : { metric: alert.metric }),
    from: new Date(fromMs).toISOString(),
    to: new Date(Math.min(toMs, nowMs)).toISOString(),
  });
}
