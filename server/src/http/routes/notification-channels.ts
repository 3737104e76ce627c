// /notifications/channels: what carries notifications, whether it works, and a test message.

import {
  channelChangeSchema,
  channelSecretSchema,
  channelTestReplySchema,
  channelTestSchema,
  isoTime,
  type NotificationChannelsReply,
  newChannelSchema,
  notificationChannelsReplySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Notifications'];
const idParams = z.object({ id: idSchema });

export async function notificationChannelRoutes(
  app: HttpApp,
  { notifications, clock }: Pick<HttpDeps, 'notifications' | 'clock'>,
): Promise<void> {
  const { channels, editor, record, linkBase } = notifications;

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
      await channels.refresh();
      const listed = channels.list().map(async (described) => {
        const { id } = described;
        const { accepted, waiting, lastAccepted, lastFault } = await record.figures(id, clock.nowMs());
        const answers = { last_accepted: answer(lastAccepted), last_fault: answer(lastFault) };
        const isMail = described.kind === 'email';
        return {
          ...{ ...described, accepted, waiting, ...answers },
          ...{
            has_destination: !isMail,
            needs_contact: isMail,
            buttons: false,
            address_hint: isMail ? 'name@plant.example' : '',
          },
          ...{ hook_path: null, link: null, self_test: null, failing_since: null, version: 0, settings: null },
        };
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
      const { contact = '' } = request.body;
      await channels.refresh();
      const channel = channels.get(id);
      const kind = channels.list().find((each) => each.id === id)?.kind;
      if (kind === 'email' && contact === '') {
        const error = 'contact must be the address to which the test is sent';
        throw new AppError('validation_failed', undefined, { faults: [{ field: 'contact', error }] });
      }
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

  app.post(
    '/notifications/channels',
    {
      config: { access: 'write:config', audit: 'channel.create' },
      schema: {
        tags,
        summary: 'Adds a webhook, which is told of every alert; the reply has the secret that signs its messages',
        body: newChannelSchema,
        response: { 201: channelSecretSchema },
      },
    },
    async (request, reply) => {
      const { kind, name } = request.body;
      if (!('url' in request.body)) {
        const error = 'must be webhook, with a url';
        throw new AppError('validation_failed', undefined, { faults: [{ field: 'kind', error }] });
      }
      const { url } = request.body;
      const { id, secret } = await editor.add(name, url);
      await request.audit({ action: 'channel.create', target: id, details: { kind, name, host: new URL(url).host } });
      return reply.code(201).send({ status: 'success' as const, id, secret });
    },
  );

  app.patch(
    '/notifications/channels/:id',
    {
      config: { access: 'write:config', audit: 'channel.update' },
      schema: {
        tags,
        summary: 'Changes a webhook, or switches it on or off',
        params: idParams,
        body: channelChangeSchema,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      const { name, url, is_active: isActive } = request.body;
      await editor.change(request.params.id, {
        ...(name === undefined ? {} : { name }),
        ...(url === undefined ? {} : { url }),
        ...(isActive === undefined ? {} : { isActive }),
      });
      const details = { name, is_active: isActive, ...(url === undefined ? {} : { host: new URL(url).host }) };
      await request.audit({ action: 'channel.update', target: request.params.id, details });
      return { status: 'success' as const };
    },
  );

  app.post(
    '/notifications/channels/:id/rotate',
    {
      config: { access: 'write:config', audit: 'channel.rotate' },
      schema: {
        tags,
        summary: 'Gives a webhook a new secret; messages are signed with the former one, too, for a day',
        params: idParams,
        response: { 200: channelSecretSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const secret = await editor.rotate(id);
      await request.audit({ action: 'channel.rotate', target: id });
      return { status: 'success' as const, id, secret };
    },
  );

  app.delete(
    '/notifications/channels/:id',
    {
      config: { access: 'write:config', audit: 'channel.delete' },
      schema: {
        tags,
        summary: 'Removes a webhook; what waits for it is not sent',
        params: idParams,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      await editor.remove(request.params.id);
      await request.audit({ action: 'channel.delete', target: request.params.id });
      return { status: 'success' as const };
    },
  );
}
