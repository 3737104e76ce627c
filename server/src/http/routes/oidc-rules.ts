// /auth/oidc/rules: which role and factory the groups of the OpenID Connect provider give, and who was refused.

import { oidcRulesBodySchema, oidcRulesReplySchema, userSchema } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema, scopeOf } from '../path-id.ts';

const tags = ['Auth'];

/** The rules give roles of every factory. */
function refuseScoped(request: Pick<FastifyRequest, 'principal'>): void {
  if (scopeOf(request) !== null) throw new AppError('forbidden', 'Only Management of every factory may do this');
}

export async function oidcRuleRoutes(app: HttpApp, deps: Pick<HttpDeps, 'oidc' | 'accounts'>): Promise<void> {
  const { repository } = deps.oidc;
  const current = async () => ({
    status: 'success' as const,
    rules: await repository.rules(),
    last_refused: await repository.refusals(),
  });

  app.get(
    '/auth/oidc/rules',
    {
      config: { access: 'write:users' },
      schema: {
        tags,
        summary: 'Returns the rules that give groups a role and a factory, and who was refused last',
        response: { 200: oidcRulesReplySchema },
      },
    },
    async (request) => {
      refuseScoped(request);
      return current();
    },
  );

  app.put(
    '/auth/oidc/rules',
    {
      config: { access: 'write:users', audit: 'oidc.rules' },
      schema: {
        tags,
        summary: 'Replaces the rules; they hold from the next sign-in of each person',
        body: oidcRulesBodySchema,
        response: { 200: oidcRulesReplySchema },
      },
    },
    async (request) => {
      refuseScoped(request);
      const before = await repository.rules();
      await repository.replaceRules(request.body.rules);
      await request.audit({ action: 'oidc.rules', details: { before, rules: request.body.rules } });
      return current();
    },
  );

  app.post(
    '/auth/oidc/refused/:id/link',
    {
      config: { access: 'write:users', audit: 'oidc.link' },
      schema: {
        tags,
        summary: 'Gives the account with the same name to a person who was refused; its password and its sessions end',
        params: z.object({ id: idSchema }),
        response: { 200: z.object({ status: z.literal('success'), user: userSchema }) },
      },
    },
    async (request) => {
      refuseScoped(request);
      const user = await deps.oidc.link(request.params.id);
      await request.audit({ action: 'oidc.link', target: user.id, details: { username: user.username } });
      return { status: 'success' as const, user };
    },
  );
}
