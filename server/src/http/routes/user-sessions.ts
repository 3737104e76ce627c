// /users/me/sessions and /users/{id}/sessions: where a user is signed in.

import { userSessionsReplySchema } from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';
import { refuseOtherUser } from '../user-scope.ts';

const tags = ['Sessions'];
const doneSchema = z.object({ status: z.literal('success'), ended: z.int().nonnegative() });
const ownParamsSchema = z.object({ session_id: idSchema });
const paramsSchema = z.object({ id: idSchema });
const audit = 'session.end';

export async function userSessionRoutes(app: HttpApp, { sessions, accounts }: HttpDeps): Promise<void> {
  /** Rejects with `not_found`. */
  const nameOf = async (request: Parameters<typeof refuseOtherUser>[1], id: string): Promise<string> => {
    await refuseOtherUser({ accounts }, request, id);
    const user = (await accounts.list()).find((each) => each.id === id);
    if (user === undefined) throw new AppError('not_found', `No user with id ${id} exists`);
    return user.username;
  };

  app.get(
    '/users/me/sessions',
    {
      config: { access: 'signed-in' },
      schema: { tags, summary: 'Lists where you are signed in', response: { 200: userSessionsReplySchema } },
    },
    async (request) => {
      const { userId, sessionId } = principalOf(request);
      return { status: 'success' as const, sessions: await sessions.list(userId, sessionId) };
    },
  );

  app.delete(
    '/users/me/sessions',
    {
      config: { access: 'signed-in', audit },
      schema: { tags, summary: 'Ends all your sessions but this one', response: { 200: doneSchema } },
    },
    async (request) => {
      const { userId, username, sessionId } = principalOf(request);
      const ended = await sessions.endAllOf(userId, 'ended_by_hand', sessionId);
      await request.audit({ action: audit, target: userId, details: { username, ended } });
      return { status: 'success' as const, ended };
    },
  );

  app.delete(
    '/users/me/sessions/:session_id',
    {
      config: { access: 'signed-in', audit },
      schema: { tags, summary: 'Ends one of your sessions', params: ownParamsSchema, response: { 200: doneSchema } },
    },
    async (request) => {
      const { userId, username } = principalOf(request);
      const { session_id } = request.params;
      await sessions.endOne(userId, session_id);
      await request.audit({ action: audit, target: userId, details: { username, session_id } });
      return { status: 'success' as const, ended: 1 };
    },
  );

  app.get(
    '/users/:id/sessions',
    {
      config: { access: 'read:users' },
      schema: {
        tags,
        summary: 'Lists where a user is signed in',
        params: paramsSchema,
        response: { 200: userSessionsReplySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      await nameOf(request, id);
      return { status: 'success' as const, sessions: await sessions.list(id, principalOf(request).sessionId) };
    },
  );

  app.delete(
    '/users/:id/sessions',
    {
      config: { access: 'write:users', audit },
      schema: { tags, summary: 'Ends all sessions of a user', params: paramsSchema, response: { 200: doneSchema } },
    },
    async (request) => {
      const { id } = request.params;
      const username = await nameOf(request, id);
      const ended = await sessions.endAllOf(id, 'ended_by_management');
      await request.audit({ action: audit, target: id, details: { username, ended } });
      return { status: 'success' as const, ended };
    },
  );

  app.delete(
    '/users/:id/sessions/:session_id',
    {
      config: { access: 'write:users', audit },
      schema: {
        tags,
        summary: 'Ends a session of a user',
        params: paramsSchema.extend(ownParamsSchema.shape),
        response: { 200: doneSchema },
      },
    },
    async (request) => {
      const { id, session_id } = request.params;
      const username = await nameOf(request, id);
      await sessions.endOne(id, session_id);
      await request.audit({ action: audit, target: id, details: { username, session_id } });
      return { status: 'success' as const, ended: 1 };
    },
  );
}
