// Requests about who is told of alerts, and by which channel.

import type { AlertNotification, ChannelTestReply, NotificationChannelsReply } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

const CHANNELS = '/notifications/channels';

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
      client.request<NotificationChannelsReply>({ method: 'GET', path: CHANNELS, signal }),
    /** The reply has the secret, which is shown only once. */
    addWebhook: (name: string, url: string) =>
      client.request<{ id: string; secret: string }>({
        method: 'POST',
        path: CHANNELS,
        body: { kind: 'webhook', name, url },
      }),
    switchChannel: async (id: string, isActive: boolean) => {
      await client.request({ method: 'PATCH', path: `${CHANNELS}/${id}`, body: { is_active: isActive } });
    },
    rotateChannel: (id: string) =>
      client.request<{ secret: string }>({ method: 'POST', path: `${CHANNELS}/${id}/rotate` }),
    removeChannel: async (id: string) => {
      await client.request({ method: 'DELETE', path: `${CHANNELS}/${id}` });
    },
    /** `contact`: to whom, for e-mail. */
    testChannel: (id: string, contact?: string) =>
      client.request<ChannelTestReply>({
        method: 'POST',
        path: `${CHANNELS}/${id}/test`,
        body: contact === undefined ? {} : { contact },
      }),
  };
}
