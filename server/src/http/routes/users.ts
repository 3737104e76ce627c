// /users: administration of users.

import { userPatchSchema, userSchema } from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, scopeOf } from '../path-id.ts';
import { refuseOtherUser } from '../user-scope.ts';

const tags = ['Users'];
const paramsSchema = z.object({ id: idSchema });
const userReplySchema = z.object({ status: z.literal('success'), user: userSchema });

export async function userRoutes(app: HttpApp, { accounts }: Pick<HttpDeps, 'accounts'>): Promise<void> {
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
      return { status: 'success' as const, count: users.length, users };
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
