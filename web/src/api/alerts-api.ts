// Requests about alerts: open and past ones, acknowledging, shelving, statistics.

import type { Alert, AlertMetric, AlertRaise, AlertState, AlertStats, Severity } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

/** There are few open alerts normally; more than this in one list would not be useful. */
const MAX_OPEN_ALERTS = 5_000;
const ALERT_PAGE = 500;
/** More raises than these cannot be told apart on a chart. */
const MOST_RAISES = 1000;

/** States, and the groups of them that the server knows by one word. */
export type AlertStateFilter = AlertState | 'open' | 'active' | 'unacknowledged' | 'shelved';

/** What narrows a list of alerts; an empty text narrows nothing. Times by when they were raised, `toMs` excluded. */
export interface AlertFilter {
  state: AlertStateFilter | '';
  severity: Severity | '';
  machineId: string;
  metric: AlertMetric | '';
  fromMs: number | null;
  toMs: number | null;
}

const ALERTS = '/alerts';

export function alertsApi(client: ApiClient) {
  const change = async (alertId: string, verb: string, body: object) =>
    (await client.request<AlertReply>({ method: 'POST', path: `${ALERTS}/${alertId}/${verb}`, body })).alert;
  return {
    openAlerts: async () => {
      const alerts: Alert[] = [];
      let cursor: string | null = null;
      do {
        const page: AlertPage = await client.request<AlertPage>({
          method: 'GET',
          path: ALERTS,
          query: { state: 'open', limit: ALERT_PAGE, cursor: cursor ?? undefined },
        });
        alerts.push(...page.alerts);
        cursor = page.next_cursor;
      } while (cursor !== null && alerts.length < MAX_OPEN_ALERTS);
      return alerts;
    },
    /** Newest first. */
    alertsPage: (filter: AlertFilter, limit: number, cursor: string | null, signal: AbortSignal) =>
      client.request<AlertPage>({
        method: 'GET',
        path: ALERTS,
        query: { ...alertQuery(filter), limit, cursor: cursor ?? undefined },
        signal,
      }),
    /** Those of a machine that were raised in a range, newest first; the newest page is enough for a chart. */
    alertsBetween: async (machineId: string, fromMs: number, toMs: number, signal: AbortSignal, metric?: AlertMetric) =>
      (
        await client.request<AlertPage>({
          method: 'GET',
          path: ALERTS,
          query: {
            machine_id: machineId,
            metric,
            from: new Date(fromMs).toISOString(),
            to: new Date(toMs).toISOString(),
            limit: ALERT_PAGE,
          },
          signal,
        })
      ).alerts,
    alert: async (alertId: string, signal: AbortSignal) =>
      (await client.request<AlertReply>({ method: 'GET', path: `${ALERTS}/${alertId}`, signal })).alert,
    /** The raises of an alert, of a range or all of them, newest first. */
    alertRaises: async (alertId: string, range: { fromMs: number; toMs: number } | null, signal: AbortSignal) =>
      (
        await client.request<{ raises: AlertRaise[] }>({
          method: 'GET',
          path: `${ALERTS}/${alertId}/raises`,
          query: {
            from: range === null ? undefined : new Date(range.fromMs).toISOString(),
            to: range === null ? undefined : new Date(range.toMs).toISOString(),
            limit: MOST_RAISES,
          },
          signal,
        })
      ).raises,
    /** Of the last 30 days. */
    alertStats: (signal: AbortSignal) => client.request<AlertStats>({ method: 'GET', path: `${ALERTS}/stats`, signal }),
    acknowledge: (alertId: string, note: string) => change(alertId, 'acknowledge', note === '' ? {} : { note }),
    shelve: (alertId: string, untilMs: number, reason: string) =>
      change(alertId, 'shelve', { until: new Date(untilMs).toISOString(), reason }),
    unshelve: (alertId: string) => change(alertId, 'unshelve', {}),
  };
}

/** A filter as the server reads it, for a list and for an export. */
export function alertQuery(filter: AlertFilter): Record<string, string | undefined> {
  const time = (timeMs: number | null) => (timeMs === null ? undefined : new Date(timeMs).toISOString());
  return {
    state: filter.state,
    severity: filter.severity,
    machine_id: filter.machineId,
    metric: filter.metric,
    from: time(filter.fromMs),
    to: time(filter.toMs),
  };
}

/** Replies for which the contract has no type of their own. */
export interface AlertPage {
  alerts: Alert[];
  next_cursor: string | null;
}
export interface AlertReply {
  alert: Alert;
}
