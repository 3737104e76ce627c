// /notifications/channels: what carries notifications, whether it works, and a test message.

import {
  channelChangeSchema,
  channelSecretSchema,
  channelTestReplySchema,
  channelTestSchema,
  isoTime,
  type NotificationChannel,
  type NotificationChannelsReply,
  newChannelSchema,
  notificationChannelsReplySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { validateAddress } from '../../notifications/channels/channel-kinds.ts';
import { maskedAddress } from '../../notifications/contacts/address.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Notifications'];
const idParams = z.object({ id: idSchema });

export async function notificationChannelRoutes(
  app: HttpApp,
  { notifications, clock }: Pick<HttpDeps, 'notifications' | 'clock'>,
): Promise<void> {
  const { channels, editor, record, linkBase, states, health } = notifications;

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
      await Promise.all([channels.refresh(), health.settled()]);
      const stored = await states.all();
      const listed = channels.list().map(async (described): Promise<NotificationChannel> => {
        const { id } = described;
        const { accepted, waiting, lastAccepted, lastFault } = await record.figures(id, clock.nowMs());
        const answers = { last_accepted: answer(lastAccepted), last_fault: answer(lastFault) };
        const {
          tested_at: at,
          test_result: result,
          test_response: response,
          failing_since,
          link,
        } = stored.get(id) ?? {};
        return {
          ...{ ...described, accepted, waiting, ...answers, link: link ?? null },
          self_test:
            at && result && result !== 'withheld' ? { at: isoTime(at), result, response: response ?? '' } : null,
          failing_since: failing_since ? isoTime(failing_since) : null,
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
      const open = channels.opened(id);
      if (open === null) throw new AppError('not_found', `No channel has the id ${id}`);
      const { kind, needs_contact: needsContact, is_active: isActive } = open.described;
      if (!isActive) throw new AppError('conflict', 'The channel is switched off');
      const isMissing = contact === '' && needsContact;
      const fault = contact === '' ? null : validateAddress(kind, contact);
      if (isMissing || fault !== null) {
        const error = fault ?? 'must be the address to which the test is sent';
        throw new AppError('validation_failed', undefined, { faults: [{ field: 'contact', error }] });
      }
      const startedMs = performance.now();
      const { kind: result, response } = await open.channel.send(
        {
          id: request.id,
          subject: 'Test message of GONSTERS',
          text: 'Somebody has tested whether messages arrive here. Nothing is to be done.\n',
        },
        contact,
      );
      const details = { contact: maskedAddress(kind, contact), result, response };
      await request.audit({ action: 'channel.test', target: id, details });
      return { status: 'success' as const, result, response, took_ms: Math.round(performance.now() - startedMs) };
    },
  );

  app.post(
    '/notifications/channels',
    {
      config: { access: 'write:config', audit: 'channel.create' },
      schema: {
        tags,
        summary: 'Adds a channel; the reply has the secret that the server has made for it',
        body: newChannelSchema,
        response: { 201: channelSecretSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { kind, name } = body;
      const { id, secret } = await editor.add(kind, name, 'settings' in body ? body.settings : { url: body.url });
      const description = channels.opened(id)?.described.description;
      await request.audit({ action: 'channel.create', target: id, details: { kind, name, description } });
      return reply.code(201).send({ status: 'success' as const, id, secret });
    },
  );

  app.patch(
    '/notifications/channels/:id',
    {
      config: { access: 'write:config', audit: 'channel.update' },
      schema: {
        tags,
        summary: 'Changes a channel, or switches it on or off',
        params: idParams,
        body: channelChangeSchema,
        response: { 200: z.object({ status: z.literal('success') }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name, url, is_active: isActive, version } = request.body;
      const settings = url === undefined ? request.body.settings : { ...request.body.settings, url };
      await editor.change(id, {
        ...(name === undefined ? {} : { name }),
        ...(settings === undefined ? {} : { settings }),
        ...(isActive === undefined ? {} : { isActive }),
        ...(version === undefined ? {} : { version }),
      });
      const description = channels.opened(id)?.described.description;
      const changed = settings === undefined ? {} : { settings: Object.keys(settings), description };
      await request.audit({ action: 'channel.update', target: id, details: { name, is_active: isActive, ...changed } });
      return { status: 'success' as const };
    },
  );

  app.post(
    '/notifications/channels/:id/rotate',
    {
      config: { access: 'write:config', audit: 'channel.rotate' },
      schema: {
        tags,
        summary:
          'Gives a webhook a new secret, and WhatsApp a new verify token; the messages of a webhook are signed with the former secret, too, for a day',
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
        summary: 'Removes a channel; what waits for it is not sent',
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
