// /alerts/{id}/notifications and /users/me/notifications: who was told of what, by which channel, and what the other side answered.

import { alertNotificationSchema, notificationRunSchema, ownMessagesReplySchema } from '@gonsters/contract';
import { z } from 'zod';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

export async function alertNotificationRoutes(
  app: HttpApp,
  { alerts, notifications }: Pick<HttpDeps, 'alerts' | 'notifications'>,
): Promise<void> {
  app.get(
    '/alerts/:id/notifications',
    {
      config: { access: 'read:alerts' },
      schema: {
        tags: ['Alerts'],
        summary: 'Lists who was told of an alert and what the other side answered, the oldest first',
        params: z.object({ id: z.uuid().toLowerCase() }),
        response: {
          200: z.object({
            status: z.literal('success'),
            notifications: z.array(alertNotificationSchema),
            run: notificationRunSchema.nullable().meta({ description: 'null where no route tells anybody of it.' }),
          }),
        },
      },
    },
    async (request) => {
      const { id } = await alerts.get(request.params.id, scopeOf(request));
      const [listed, run] = await Promise.all([notifications.told.ofAlert(id), notifications.runStory.ofAlert(id)]);
      return { status: 'success' as const, notifications: listed, run };
    },
  );

  app.get(
    '/users/me/notifications',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['Contact points'],
        summary: 'Lists the newest 50 messages to the signed-in user, and what the other side answered',
        response: { 200: ownMessagesReplySchema },
      },
    },
    async (request) => ({
      status: 'success' as const,
      notifications: await notifications.ownMessages.of(principalOf(request).userId),
    }),
  );
}
