// /notifications/heartbeat and /notifications/web-push: whether the server tells that it lives, and the key of push messages.

import { heartbeatSchema, webPushKeySchema } from '@gonsters/contract';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['Notifications'];

export async function notificationStatusRoutes(
  app: HttpApp,
  { notifications }: Pick<HttpDeps, 'notifications'>,
): Promise<void> {
  const { channels, heartbeat } = notifications;

  app.get(
    '/notifications/heartbeat',
    {
      config: { access: 'write:config' },
      schema: {
        tags,
        summary: 'Where a heartbeat is sent every minute, and what was answered',
        response: { 200: heartbeatSchema },
      },
    },
    async () => ({ status: 'success' as const, ...(await heartbeat.state()) }),
  );

  app.get(
    '/notifications/web-push',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary:
          'The key with which a browser subscribes to push messages; it needs HTTPS, and on iOS the page on the home screen',
        response: { 200: webPushKeySchema },
      },
    },
    async () => {
      await channels.refresh();
      const [channel] = channels.ofKind('web_push');
      return {
        status: 'success' as const,
        channel_id: channel?.described.id ?? null,
        public_key: (channel?.sealed.own.public_key as string | undefined) ?? null,
      };
    },
  );
}
