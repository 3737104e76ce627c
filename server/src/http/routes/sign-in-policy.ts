// /auth/policy: which roles need a second factor, and its removal for a user who has lost it.

import { ROLES, type SecondFactorRequirement, signInPolicyReplySchema, signInPolicySchema } from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, scopeOf } from '../path-id.ts';
import { refuseOtherUser } from '../user-scope.ts';

const tags = ['Second factor'];

export async function signInPolicyRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { secondFactorGate, enrolment, accounts } = deps;
  const policy = () => {
    const of = (role: (typeof ROLES)[number]): SecondFactorRequirement =>
      secondFactorGate.requires(role) ? 'required' : 'optional';
    const second_factor = { Operator: of('Operator'), Supervisor: of('Supervisor'), Management: of('Management') };
    return { status: 'success', second_factor } as const;
  };

  app.get(
    '/auth/policy',
    {
      config: { access: 'signed-in' },
      schema: { tags, summary: 'Which roles need a second factor', response: { 200: signInPolicyReplySchema } },
    },
    async () => policy(),
  );

  app.put(
    '/auth/policy',
    {
      config: { access: 'write:users', audit: 'user.second_factor_policy' },
      schema: {
        tags,
        summary:
          'Sets which roles need a second factor. At once, who needs one and has none can only set one up. Needs a second factor of your own',
        body: signInPolicySchema,
        response: { 200: signInPolicyReplySchema },
      },
    },
    async (request) => {
      const { userId, role, method } = principalOf(request);
      if (scopeOf(request) !== null) throw new AppError('forbidden', 'Only Management of every factory may set this');
      const wanted = request.body.second_factor;
      const required = ROLES.filter((each) => wanted[each] === 'required');
      if (required.length > 0) await enrolment.refuseWithoutKey();
      const state = secondFactorGate.stateOf({ id: userId, role }, method);
      if (required.length > 0 && method !== 'oidc' && !state.enrolled) {
        throw new AppError('conflict', 'Set up a second factor of your own first, which shows that it works here');
      }
      await secondFactorGate.require(required);
      await request.audit({ action: 'user.second_factor_policy', details: { ...wanted } });
      return policy();
    },
  );

  app.delete(
    '/users/:id/second-factors',
    {
      config: { access: 'write:users', audit: 'user.second_factor_reset' },
      schema: {
        tags,
        summary: 'Removes all second factors and recovery codes of a user who has lost them, and ends the sessions',
        params: z.object({ id: idSchema }),
        response: { 200: z.object({ status: z.literal('success'), removed: z.int().nonnegative() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await refuseOtherUser({ accounts }, request, id);
      // Whoever has only the session of a manager must not get rid of the second factor with it.
      if (id === principalOf(request).userId) {
        throw new AppError('conflict', 'Remove your own second factors under your sign-in settings');
      }
      const user = (await accounts.list()).find((each) => each.id === id);
      if (user === undefined) throw new AppError('not_found', `No user with id ${id} exists`);
      const removed = await enrolment.reset(id);
      const details = { username: user.username, factors: removed };
      await request.audit({ action: 'user.second_factor_reset', target: id, details });
      return { status: 'success' as const, removed };
    },
  );
}
