// Requests about who is told of alerts, and by which channel.

import type { AlertNotification, ChannelTestReply, NotificationChannelsReply } from '@gonsters/contract';
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
    notificationChannels: (signal: AbortSignal) =>
      client.request<NotificationChannelsReply>({ method: 'GET', path: '/notifications/channels', signal }),
    testChannel: (id: string, contact: string) =>
      client.request<ChannelTestReply>({
        method: 'POST',
        path: `/notifications/channels/${encodeURIComponent(id)}/test`,
        body: { contact },
      }),
  };
}
