// The part of the address that belongs to alerts: filters, view, and the alert whose details are open.

import { type Alert, type AlertMetric, METRIC_NAME, SEVERITIES, type Severity } from '@gonsters/contract';
import type { AlertStateFilter } from '../../../api/alerts-api.ts';
import { isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';

export const ALERT_FILTERS = ['all', 'critical', 'warning', 'unacknowledged', 'shelved'] as const;
export type AlertFilter = (typeof ALERT_FILTERS)[number];
export const ALERT_GROUPS = ['location', 'machine', 'severity', 'none'] as const;
export type AlertGrouping = (typeof ALERT_GROUPS)[number];
/** States that one can ask the past for. */
export const PAST_STATES = [
  'open',
  'unacknowledged',
  'closed',
  'suppressed',
  'shelved',
] as const satisfies AlertStateFilter[];
/** Up to now; absolute times are in the address as `from` and `to`. */
export const RELATIVE_RANGES = { '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;
export type RelativeRange = keyof typeof RELATIVE_RANGES;

export interface AlertSearch {
  /** All where left out. */
  alerts?: Exclude<AlertFilter, 'all'>;
}

/** What differs from the default only. */
export interface AlertsPageSearch {
  tab?: 'history' | 'figures';
  group?: Exclude<AlertGrouping, 'location'>;
  /** The alert whose details are open. */
  alert?: string;
  /** Ids of the selected alerts, with commas; left out where they are too many for an address. */
  sel?: string;
  state?: (typeof PAST_STATES)[number];
  severity?: Severity;
  machine?: string;
  metric?: AlertMetric;
  range?: Exclude<RelativeRange, '24h'>;
  /** ISO 8601; both or none. */
  from?: string;
  to?: string;
}

type RawSearch = Readonly<Record<string, unknown>>;

/** A shelved alert is in its own list only. */
export function matchesFilter(filter: AlertFilter, alert: Alert): boolean {
  if (filter === 'shelved') return isShelved(alert);
  if (isShelved(alert)) return false;
  if (filter === 'unacknowledged') return isUnacknowledged(alert);
  return filter === 'all' || alert.severity === filter;
}

export function countByFilter(alerts: readonly Alert[]): Record<AlertFilter, number> {
  const counts: Record<AlertFilter, number> = { all: 0, critical: 0, warning: 0, unacknowledged: 0, shelved: 0 };
  for (const alert of alerts) {
    for (const filter of ALERT_FILTERS) if (matchesFilter(filter, alert)) counts[filter]++;
  }
  return counts;
}

export function readAlertSearch(search: RawSearch): AlertSearch {
  const alerts = oneOf(ALERT_FILTERS, search.alerts);
  return alerts === undefined || alerts === 'all' ? {} : { alerts };
}

export function readAlertsPageSearch(search: RawSearch): AlertsPageSearch {
  const group = oneOf(ALERT_GROUPS, search.group);
  const state = oneOf(PAST_STATES, search.state);
  const severity = oneOf(SEVERITIES, search.severity);
  const metric = typeof search.metric === 'string' && METRIC_NAME.test(search.metric) ? search.metric : undefined;
  const range = oneOf(['7d', '30d'] as const, search.range);
  const from = timeOf(search.from);
  const to = timeOf(search.to);
  return {
    ...(search.tab === 'history' || search.tab === 'figures' ? { tab: search.tab } : {}),
    ...(group === undefined || group === 'location' ? {} : { group }),
    ...readAlertFocus(search),
    ...(typeof search.sel === 'string' ? { sel: search.sel } : {}),
    ...(state === undefined ? {} : { state }),
    ...(severity === undefined ? {} : { severity }),
    ...(typeof search.machine === 'string' ? { machine: search.machine } : {}),
    ...(metric === undefined ? {} : { metric }),
    ...(from === null || to === null ? (range === undefined ? {} : { range }) : { from, to }),
  };
}

function readAlertFocus(search: RawSearch): Pick<AlertsPageSearch, 'alert'> {
  return typeof search.alert === 'string' ? { alert: search.alert } : {};
}

function oneOf<Value extends string>(values: readonly Value[], given: unknown): Value | undefined {
  return values.find((value) => value === given);
}

function timeOf(given: unknown): string | null {
  return typeof given === 'string' && !Number.isNaN(Date.parse(given)) ? given : null;
}
