// Alerts of one machine's past, for the chart of that time.

import type { Alert, MetricName } from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';
import type { AlertPage } from './replies.ts';

/** More marks than a chart has room for. */
const MOST = 1_000;

export function raisedAlertsApi(client: ApiClient) {
  return {
    /** Raised in the range, newest first; the newest where they are too many. */
    raisedAlerts: async (
      machineId: string,
      metric: MetricName,
      range: { fromMs: number; toMs: number },
      signal: AbortSignal,
    ): Promise<Alert[]> => {
      const query = {
        machine_id: machineId,
        metric,
        from: new Date(range.fromMs).toISOString(),
        to: new Date(range.toMs).toISOString(),
        limit: MOST,
      };
      return (await client.request<AlertPage>({ method: 'GET', path: '/alerts', query, signal })).alerts;
    },
  };
}
