// Requests about who was told of alerts.

import type { AlertNotification } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export function notificationsApi(client: ApiClient) {
  return {
    /** Who was told of an alert, the oldest first. */
    alertNotifications: async (alertId: string, signal: AbortSignal) =>
      (
        await client.request<{ notifications: AlertNotification[] }>({
          method: 'GET',
          path: `/alerts/${alertId}/notifications`,
          signal,
        })
      ).notifications,
  };
}
