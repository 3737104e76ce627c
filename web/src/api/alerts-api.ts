// Alerts: the open ones, and what one does with them.

import type { Alert } from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';
import type { AlertPage, AlertReply } from './replies.ts';

/** Open alerts are few by nature; a page past this many would help nobody. */
const MAX_OPEN_ALERTS = 5_000;
const ALERT_PAGE = 500;
/** Together all that are open: active ones, and those that cleared before anybody acknowledged them. */
const OPEN_STATES = ['active', 'cleared_unacked'];

export function alertsApi(client: ApiClient) {
  return {
    openAlerts: async () => (await Promise.all(OPEN_STATES.map((state) => alertsIn(client, state)))).flat(),
    /** Those of a machine that were raised in a range, newest first; the newest page is enough for a chart. */
    alertsBetween: async (machineId: string, fromMs: number, toMs: number, signal: AbortSignal) =>
      (
        await client.request<AlertPage>({
          method: 'GET',
          path: '/alerts',
          query: {
            machine_id: machineId,
            from: new Date(fromMs).toISOString(),
            to: new Date(toMs).toISOString(),
            limit: ALERT_PAGE,
          },
          signal,
        })
      ).alerts,
    acknowledge: async (alertId: string, note: string) =>
      (
        await client.request<AlertReply>({
          method: 'POST',
          path: `/alerts/${alertId}/acknowledge`,
          body: note === '' ? {} : { note },
        })
      ).alert,
  };
}

async function alertsIn(client: ApiClient, state: string): Promise<Alert[]> {
  const alerts: Alert[] = [];
  let cursor: string | null = null;
  do {
    const page: AlertPage = await client.request<AlertPage>({
      method: 'GET',
      path: '/alerts',
      query: { state, limit: ALERT_PAGE, cursor: cursor ?? undefined },
    });
    alerts.push(...page.alerts);
    cursor = page.next_cursor;
  } while (cursor !== null && alerts.length < MAX_OPEN_ALERTS);
  return alerts;
}
