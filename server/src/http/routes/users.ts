// /users: administration of users.

import { isoTime, passwordLinkSchema, userPatchSchema, userSchema } from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { EMAIL } from '../../notifications/channels/channels.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, scopeOf } from '../path-id.ts';
import { refuseOtherUser } from '../user-scope.ts';

const tags = ['Users'];
const paramsSchema = z.object({ id: idSchema });
const userReplySchema = z.object({ status: z.literal('success'), user: userSchema });

export async function userRoutes(
  app: HttpApp,
  {
    accounts,
    passwordLinks,
    enrolment,
    notifications,
  }: Pick<HttpDeps, 'accounts' | 'passwordLinks' | 'enrolment' | 'notifications'>,
): Promise<void> {
  app.get(
    '/users',
    {
      config: { access: 'read:users' },
      schema: {
        tags,
        summary: 'Lists all users by name',
        response: { 200: z.object({ status: z.literal('success'), count: z.int(), users: z.array(userSchema) }) },
      },
    },
    async (request) => {
      const scope = scopeOf(request);
      const users = (await accounts.list()).filter((user) => scope === null || user.factory_id === scope);
      const counts = await enrolment.counts();
      const counted = users.map((user) => ({ ...user, second_factors: counts.get(user.id) ?? 0 }));
      return { status: 'success' as const, count: users.length, users: counted };
    },
  );

  app.patch(
    '/users/:id',
    {
      config: { access: 'write:users', audit: 'user.update' },
      schema: {
        tags,
        summary:
          'Changes the role, department, factory or activation of a user; ends the sessions if role, factory or activation change',
        params: paramsSchema,
        body: userPatchSchema,
        response: { 200: userReplySchema },
      },
    },
    async (request) => {
      await refuseOtherUser({ accounts }, request, request.params.id);
      const scope = scopeOf(request);
      if (scope !== null && request.body.factory_id !== undefined && request.body.factory_id !== scope) {
        const faults = [{ field: 'factory_id', error: 'factory_id must be your own factory' }];
        throw new AppError('validation_failed', undefined, { faults });
      }
      const user = await accounts.update(request.params.id, request.body);
      await request.audit({
        action: 'user.update',
        target: user.id,
        details: { username: user.username, ...request.body },
      });
      return { status: 'success' as const, user };
    },
  );

  app.post(
    '/users/:id/password-link',
    {
      config: { access: 'write:users', audit: 'user.password_link' },
      schema: {
        tags,
        summary: 'Makes a link with which a user who lost the password sets a new one, once and within 24 hours',
        params: paramsSchema,
        body: z
          .strictObject({ mail: z.boolean().meta({ description: 'Also sends it to the e-mail address of the user.' }) })
          .partial()
          .nullish(),
        response: { 201: passwordLinkSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await refuseOtherUser({ accounts }, request, id);
      const wantsMail = request.body?.mail === true;
      const mail = notifications.channels.opened(EMAIL)?.channel ?? null;
      const base = notifications.linkBase.current();
      if (wantsMail && (mail === null || base === null)) {
        const lacking = mail === null ? 'no mail server is configured' : 'the address of the page is not known';
        throw new AppError('conflict', `The link cannot be mailed, because ${lacking}`);
      }
      const { token, expiresAtMs, user } = await passwordLinks.create(id, principalOf(request).username);
      const url = base === null ? null : `${base.url}/reset#${token}`;
      let mailed: string | null = null;
      if (wantsMail && mail !== null) {
        const text = `Open this link within 24 hours to set a new password for the user ${user.username}. It works once.\n\n${url}\n`;
        const subject = 'A new password for GONSTERS';
        mailed = (await mail.send({ id: request.id, subject, text }, user.email)).response;
      }
      const details = { username: user.username, mailed };
      await request.audit({ action: 'user.password_link', target: id, details });
      return reply.code(201).send({ status: 'success', token, url, expires_at: isoTime(expiresAtMs), mailed });
    },
  );

  app.delete(
    '/users/:id',
    {
      config: { access: 'delete:users', audit: 'user.delete' },
      schema: {
        tags,
        summary: 'Deletes a user and ends the sessions',
        params: paramsSchema,
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await refuseOtherUser({ accounts }, request, id);
      const { username } = await accounts.delete(id);
      await request.audit({ action: 'user.delete', target: id, details: { username } });
      return { status: 'success' as const, message: `The user ${username} was deleted` };
    },
  );
}
