// /hooks/{channel_id}/…: what Slack and Meta call. A request that is not signed by them does nothing.

import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { OpenChannel, SealedChannel } from '../../notifications/channels/channels.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const params = z.object({ channel_id: idSchema });

export async function channelHookRoutes(
  app: HttpApp,
  { notifications }: Pick<HttpDeps, 'notifications'>,
): Promise<void> {
  const { channels, slackHook, whatsappHook } = notifications;
  // The signature is of the bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/x-www-form-urlencoded'],
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => body,
  );

  /** Rejects with `not_found` for every channel that is not one of this kind, or is switched off. */
  const channelOf = async (kind: string, id: string): Promise<OpenChannel & { sealed: SealedChannel }> => {
    let open = channels.opened(id);
    if (open === null) {
      // It may have been added on another node.
      await channels.refresh();
      open = channels.opened(id);
    }
    const { described, sealed } = open ?? {};
    if (!open || described?.kind !== kind || !described.is_active || !sealed) throw new AppError('not_found');
    return { ...open, sealed };
  };
  const refused = () => new AppError('forbidden', 'The request is not signed by the service');
  const bytes = (body: unknown) => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

  app.post(
    '/hooks/:channel_id/slack',
    { config: { access: 'public', audit: false }, schema: { hide: true, params } },
    async (request, reply) => {
      const open = await channelOf('slack', request.params.channel_id);
      const { headers, body } = request;
      if (!(await slackHook.receive(open, { headers, body: bytes(body) }))) throw refused();
      return reply.code(200).send();
    },
  );

  app.get(
    '/hooks/:channel_id/whatsapp',
    { config: { access: 'public' }, schema: { hide: true, params, querystring: z.record(z.string(), z.unknown()) } },
    async (request, reply) => {
      const challenge = whatsappHook.verified(await channelOf('whatsapp', request.params.channel_id), request.query);
      if (challenge === null) throw new AppError('forbidden', 'The verify token is wrong');
      return reply.type('text/plain; charset=utf-8').send(challenge);
    },
  );

  app.post(
    '/hooks/:channel_id/whatsapp',
    { config: { access: 'public', audit: false }, schema: { hide: true, params } },
    async (request, reply) => {
      const open = await channelOf('whatsapp', request.params.channel_id);
      const { headers, body } = request;
      if (!(await whatsappHook.receive(open, { headers, body: bytes(body) }))) throw refused();
      return reply.code(200).send();
    },
  );
}
