// /notifications/channels: what carries notifications, whether it works, and a test message.

import {
  channelTestReplySchema,
  channelTestSchema,
  isoTime,
  type NotificationChannelsReply,
  notificationChannelsReplySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['Notifications'];

export async function notificationChannelRoutes(
  app: HttpApp,
  { notifications, clock }: Pick<HttpDeps, 'notifications' | 'clock'>,
): Promise<void> {
  const { channels, record, linkBase } = notifications;

  app.get(
    '/notifications/channels',
    {
      config: { access: 'write:config' },
      schema: {
        tags,
        summary: 'Lists the channels that carry notifications, and whether they work',
        response: { 200: notificationChannelsReplySchema },
      },
    },
    async (): Promise<NotificationChannelsReply> => {
      const answer = (given: { atMs: number; response: string } | null) =>
        given && { at: isoTime(given.atMs), response: given.response };
      const listed = channels.list().map(async ({ id, kind, description }) => {
        const { accepted, waiting, lastAccepted, lastFault } = await record.figures(id, clock.nowMs());
        const answers = { last_accepted: answer(lastAccepted), last_fault: answer(lastFault) };
        return { id, kind, description, accepted, waiting, ...answers };
      });
      return { status: 'success', channels: await Promise.all(listed), links: linkBase.current() };
    },
  );

  app.post(
    '/notifications/channels/:id/test',
    {
      config: { access: 'write:config', audit: 'channel.test' },
      schema: {
        tags,
        summary: 'Sends a test message at once, and returns what the other side answered',
        params: z.object({ id: z.string().max(100) }),
        body: channelTestSchema,
        response: { 200: channelTestReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { contact } = request.body;
      const channel = channels.get(id);
      if (channel === null) throw new AppError('not_found', `No channel has the id ${id}`);
      const startedMs = performance.now();
      const { kind: result, response } = await channel.send(
        {
          id: request.id,
          subject: 'Test message of GONSTERS',
          text: 'Somebody has tested whether messages arrive here. Nothing is to be done.\n',
        },
        contact,
      );
      await request.audit({ action: 'channel.test', target: id, details: { contact, result, response } });
      return { status: 'success' as const, result, response, took_ms: Math.round(performance.now() - startedMs) };
    },
  );
}
