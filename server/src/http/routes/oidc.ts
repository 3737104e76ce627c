// /auth/methods and /auth/oidc: the ways to sign in, and sign-in with OpenID Connect.

import {
  errorSchema,
  oidcSessionBodySchema,
  oidcStartQuerySchema,
  sessionSchema,
  signInMethodsSchema,
} from '@gonsters/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { OidcFailure } from '../../users/oidc/oidc-failure.ts';
import { SIGN_IN_SECONDS } from '../../users/oidc/sign-in-cookie.ts';
import { cookieOf } from '../cookies.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { originOf } from '../request-origin.ts';

const tags = ['Auth'];
const COOKIE = 'gonsters_oidc';
const CALLBACK = '/api/v1/auth/oidc/callback';
const redirectSchema = z
  .null()
  .meta({ description: 'The address to which the browser goes is in the header Location.' });
const callbackQuerySchema = z
  .object({ code: z.string(), state: z.string(), error: z.string() })
  .partial()
  .meta({ description: 'As the provider sends them.' });

export async function oidcRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'config' | 'oidc' | 'notifications' | 'sessions' | 'log'>,
): Promise<void> {
  const { config, sessions, log } = deps;
  const signIn = () => {
    if (deps.oidc.signIn === null) throw new AppError('not_found', 'OpenID Connect is not set up');
    return deps.oidc.signIn;
  };
  /** Never taken from the request, whose sender could choose it. */
  const pageUrl = () => deps.notifications.linkBase.current()?.url ?? null;
  const redirectUri = () => {
    const base = pageUrl();
    if (base === null) throw new OidcFailure('page_address_unknown');
    return base + CALLBACK;
  };
  const isOverTls = () => pageUrl()?.startsWith('https:') === true;
  // Browsers take the prefix only from the host itself, over TLS (RFC 6265bis, 4.1.3).
  const cookieName = () => (isOverTls() ? `__Host-${COOKIE}` : COOKIE);
  const setCookie = (reply: FastifyReply, value: string, maxAge: number) => {
    const secure = isOverTls() ? '; Secure' : '';
    reply.header('Set-Cookie', `${cookieName()}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`);
  };
  const failed = (reply: FastifyReply, error: unknown) => {
    if (!(error instanceof OidcFailure)) log.error({ err: error }, 'A sign-in with OpenID Connect failed unexpectedly');
    const code = error instanceof OidcFailure ? error.code : 'failed';
    return reply.redirect(`${pageUrl() ?? ''}/sign-in#oidc_error=${code}`, 302);
  };

  app.get(
    '/auth/methods',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'Tells in which ways people sign in', response: { 200: signInMethodsSchema } },
    },
    async () => ({
      status: 'success' as const,
      password: config.oidc?.only !== true,
      registration: config.allowRegistration && config.oidc?.only !== true,
      oidc: config.oidc && { name: config.oidc.name },
    }),
  );

  app.get(
    '/auth/oidc/start',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in' },
      schema: {
        tags,
        summary: 'Sends the browser to the OpenID Connect provider, or back to /sign-in#oidc_error=… where that fails',
        querystring: oidcStartQuerySchema,
        response: { 302: redirectSchema, 404: errorSchema },
      },
    },
    async (request, reply) => {
      const oidc = signIn();
      try {
        const { url, cookie } = await oidc.begin(redirectUri(), request.query.return_to ?? null);
        setCookie(reply, cookie, SIGN_IN_SECONDS);
        return reply.redirect(url, 302);
      } catch (error) {
        return failed(reply, error);
      }
    },
  );

  app.get(
    '/auth/oidc/callback',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in' },
      schema: {
        tags,
        summary: 'Where the provider sends the browser; it goes on to /signed-in#code=… or /sign-in#oidc_error=…',
        querystring: callbackQuerySchema,
        response: { 302: redirectSchema, 404: errorSchema },
      },
    },
    async (request, reply) => {
      const oidc = signIn();
      request.principal = null;
      try {
        const returned = new URL(redirectUri());
        returned.search = new URL(request.raw.url ?? '', returned).search;
        const { code, returnTo, user, change } = await oidc.finish(returned, cookieOf(request, cookieName()));
        if (change !== null) {
          const { id, username, role, factoryId } = user;
          const action = change === 'created' ? 'user.create' : 'user.update';
          const details = { username, role, factory_id: factoryId, by: 'oidc' };
          await request.audit({ action, userId: null, username: null, target: id, details });
        }
        const after = returnTo === null ? '' : `&return_to=${encodeURIComponent(returnTo)}`;
        return reply.redirect(`${pageUrl()}/signed-in#code=${code}${after}`, 302);
      } catch (error) {
        if (error instanceof OidcFailure && error.username !== null) {
          const { username, code } = error;
          await request.audit({
            action: 'session.login',
            outcome: 'refused',
            details: { login: username, method: 'oidc', code },
          });
        }
        return failed(reply, error);
      }
    },
  );

  app.post(
    '/auth/oidc/session',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'session.login' },
      schema: {
        tags,
        summary: 'Exchanges the code of /signed-in#code=… for a session, once, in the browser that began the sign-in',
        body: oidcSessionBodySchema,
        response: { 200: sessionSchema, 404: errorSchema, 410: errorSchema },
      },
    },
    async (request, reply) => {
      const oidc = signIn();
      request.principal = null;
      request.refusal = { method: 'oidc' };
      const user = await oidc.userOf(request.body.code, cookieOf(request, cookieName()));
      const session = await sessions.open(user, originOf(request, reply).origin, 'oidc');
      setCookie(reply, '', 0);
      const { id, username, role } = session.user;
      const details = { role, method: 'oidc' };
      await request.audit({ action: 'session.login', userId: id, username, target: id, details });
      return session;
    },
  );
}
