// /auth/methods and /auth/oidc: the ways to sign in, and sign-in with OpenID Connect.

import { signInMethodsSchema } from '@gonsters/contract';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['Auth'];

export async function oidcRoutes(app: HttpApp, { config }: Pick<HttpDeps, 'config'>): Promise<void> {
  app.get(
    '/auth/methods',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'Tells in which ways people sign in', response: { 200: signInMethodsSchema } },
    },
    async () => ({
      status: 'success' as const,
      password: config.oidc?.only !== true,
      registration: config.allowRegistration,
      oidc: config.oidc && { name: config.oidc.name },
    }),
  );
}
