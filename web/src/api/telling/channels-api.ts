// Requests about the channels that carry messages.

import type { ChannelKind, ChannelTestReply, Heartbeat, NotificationChannelsReply } from '@gonsters/contract';
import type { ApiClient } from '../http/api-client.ts';

const CHANNELS = '/notifications/channels';

export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  settings: Readonly<Record<string, unknown>>;
}
export interface ChannelChange {
  name?: string;
  settings?: Readonly<Record<string, unknown>>;
  is_active?: boolean;
  version?: number;
}
/** The secret is shown only once. */
export interface ChannelSecret {
  id: string;
  secret: string | null;
}

export function channelsApi(client: ApiClient) {
  return {
    notificationChannels: (signal: AbortSignal) =>
      client.request<NotificationChannelsReply>({ method: 'GET', path: CHANNELS, signal }),
    addChannel: (channel: ChannelDraft) =>
      client.request<ChannelSecret>({ method: 'POST', path: CHANNELS, body: channel }),
    changeChannel: (id: string, change: ChannelChange) =>
      client.request<unknown>({ method: 'PATCH', path: `${CHANNELS}/${id}`, body: change }),
    rotateChannel: (id: string) => client.request<ChannelSecret>({ method: 'POST', path: `${CHANNELS}/${id}/rotate` }),
    removeChannel: (id: string) => client.request<unknown>({ method: 'DELETE', path: `${CHANNELS}/${id}` }),
    /** Without `contact` to the channel's own destination. */
    testChannel: (id: string, contact?: string) =>
      client.request<ChannelTestReply>({
        method: 'POST',
        path: `${CHANNELS}/${id}/test`,
        body: contact === undefined ? {} : { contact },
      }),
    /** With which a page subscribes to Web Push; null where no such channel is set up. */
    webPushKey: (signal: AbortSignal) =>
      client.request<{ channel_id: string | null; public_key: string | null }>({
        method: 'GET',
        path: '/notifications/web-push',
        signal,
      }),
    heartbeat: (signal: AbortSignal) =>
      client.request<Heartbeat>({ method: 'GET', path: '/notifications/heartbeat', signal }),
  };
}
