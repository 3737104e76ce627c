// The part of the address that a link keeps, and the links from an alert to its machine and its history.

import { type Alert, isAboutMetric } from '@gonsters/contract';

/** Names in the address: filters, order and density of the machines, and the filter of the open alerts. */
const PANEL_FILTERS = ['q', 'status', 'location', 'type', 'order', 'view', 'alerts'] as const;

/** For `search` of a link or of `navigate`: only the filters of the side panels remain. */
export function keepPanelFilters<Search extends object>(
  search: Search,
): Pick<Search, Extract<keyof Search, (typeof PANEL_FILTERS)[number]>> {
  const filters = Object.entries(search).filter(([name]) => PANEL_FILTERS.some((other) => other === name));
  return Object.fromEntries(filters) as Pick<Search, Extract<keyof Search, (typeof PANEL_FILTERS)[number]>>;
}

const AROUND_MS = 3_600_000;

/** For `search` of a link to the machine: the chart shows the moment the alert was raised. */
export function momentOf(alert: Alert) {
  return <Search extends object>(search: Search) => ({ ...keepPanelFilters(search), at: alert.raised_at });
}

/** For `search` of a link to the history: the metric from an hour before the alert to an hour after it. */
export function historyOf(alert: Alert, nowMs: number) {
  const fromMs = Date.parse(alert.raised_at) - AROUND_MS;
  const toMs = (alert.cleared_at === null ? nowMs : Date.parse(alert.cleared_at)) + AROUND_MS;
  return <Search extends object>(search: Search) => ({
    ...keepPanelFilters(search),
    machines: alert.machine_id ?? alert.machine_ids.join(','),
    ...(!isAboutMetric(alert.metric) ? {} : { metric: alert.metric }),
    from: new Date(fromMs).toISOString(),
    to: new Date(Math.min(toMs, nowMs)).toISOString(),
  });
}
