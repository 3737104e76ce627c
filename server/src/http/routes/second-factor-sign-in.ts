// /auth/second-factor: the second step of a sign-in, after the password.

import {
  passkeyOptionsReplySchema,
  secondFactorSchema,
  secondFactorTokenSchema,
  sessionSchema,
} from '@gonsters/contract';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { originOf, siteOf } from '../request-origin.ts';

const tags = ['Auth'];

export async function secondFactorSignInRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { signIn, secondFactors } = deps;

  app.post(
    '/auth/second-factor',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'session.login' },
      schema: {
        tags,
        summary: 'Completes a sign-in with a code of an authenticator app, a recovery code or a passkey',
        body: secondFactorSchema,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => {
      request.principal = null;
      const { body } = request;
      const { userId } = await secondFactors.waiting(body.token);
      request.refusal = { user_id: userId, second_factor: 'code' in body ? 'code' : 'passkey' };
      const answer = 'code' in body ? { code: body.code } : { passkey: body.passkey, site: siteOf(deps, request) };
      const { origin, remember } = originOf(request, reply);
      const { session, method } = await signIn.secondFactor(body.token, answer, origin);
      remember();
      const { id, username, role } = session.user;
      const { action } = deps.oidc.passwordSignIns;
      await request.audit({ action, userId: id, username, target: id, details: { role, method } });
      return session;
    },
  );

  app.post(
    '/auth/second-factor/options',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'session.login' },
      schema: {
        tags,
        summary: 'What to ask the browser for a passkey during a sign-in; each challenge can be answered once',
        body: secondFactorTokenSchema,
        response: { 200: passkeyOptionsReplySchema },
      },
    },
    async (request) => {
      request.principal = null;
      const options = await secondFactors.options(request.body.token, siteOf(deps, request));
      return { status: 'success' as const, options: { ...options } };
    },
  );
}
