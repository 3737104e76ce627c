// /ack/{token}: acknowledging an alert from a message. GET only shows the page; a mail scanner that opens links acknowledges nothing.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { alertView } from '../../alerts/alert-view.ts';
import { isAppError } from '../../errors.ts';
import { type AcknowledgePage, acknowledgePage, pageLanguage } from '../acknowledge-html.ts';
import { describeAlert } from '../audited-alert.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tokenSchema = z.object({ token: z.string().max(200) });

export async function acknowledgeLinkRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'notifications' | 'duty' | 'machines'>,
): Promise<void> {
  const { notifications, duty, machines } = deps;
  type Linked = Parameters<typeof acknowledgePage>[1];
  const show = (request: FastifyRequest, reply: FastifyReply, page: AcknowledgePage, linked: Linked) => {
    const { zone } = duty.service.calendar;
    const { status, html } = acknowledgePage(page, linked, zone, pageLanguage(request.headers['accept-language']));
    return reply.code(status).header('Cache-Control', 'no-store').type('text/html; charset=utf-8').send(html);
  };
  const unlessUnknown = async <T>(look: Promise<T>): Promise<T | null> => {
    try {
      return await look;
    } catch (error) {
      if (isAppError(error, 'not_found')) return null;
      throw error;
    }
  };

  // A form without fields, as browsers send it.
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 1024 },
    async () => null,
  );

  app.get(
    '/ack/:token',
    { config: { access: 'public' }, schema: { hide: true, params: tokenSchema } },
    async (request, reply) => {
      const linked = await unlessUnknown(notifications.links.describe(request.params.token));
      return show(request, reply, linked?.state ?? 'unknown', linked);
    },
  );

  app.post(
    '/ack/:token',
    { config: { access: 'public', audit: false }, schema: { hide: true, params: tokenSchema } },
    async (request, reply) => {
      const linked = await unlessUnknown(notifications.links.acknowledge(request.params.token));
      if (linked === null || linked.alert === null) return show(request, reply, linked?.state ?? 'unknown', linked);
      const { alert, channel, person } = linked;
      await request.audit({
        action: 'alert.acknowledge',
        target: alert.id,
        userId: person,
        username: alert.acknowledgedBy,
        details: { ...describeAlert(alertView(alert, machines)), note: null, channel },
      });
      return show(request, reply, 'done', linked);
    },
  );
}
