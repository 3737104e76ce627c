// /auth: registration, sign-in and sign-out, and the password of the signed-in user.

import {
  errorSchema,
  loginSchema,
  passwordChangeSchema,
  passwordResetSchema,
  registerSchema,
  secondFactorRequiredSchema,
  sessionSchema,
  userSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { bearerOf } from '../credentials.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { originOf } from '../request-origin.ts';

const tags = ['Auth'];
const doneSchema = z.object({ status: z.literal('success'), message: z.string() });
const refreshBodySchema = z
  .object({ refresh_token: z.string().min(1).max(500) })
  .partial()
  .nullish();

export async function authRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { sessions, signIn, accounts, passwordLinks, ownPassword } = deps;

  app.post(
    '/auth/register',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'user.create' },
      schema: {
        tags,
        summary: 'Registers a user: anybody as Operator, Management with any role',
        body: registerSchema,
        response: { 201: doneSchema.extend({ user: userSchema }) },
      },
    },
    async (request, reply) => {
      const { username, role } = request.body;
      request.refusal = { username, role };
      const user = await accounts.register(request.body, request.principal);
      await request.audit({ action: 'user.create', target: user.id, details: { username: user.username, role } });
      return reply.code(201).send({ status: 'success', message: 'The user was registered', user });
    },
  );

  app.post(
    '/auth/login',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'session.login' },
      schema: {
        tags,
        summary: 'Signs in with a user name or an e-mail address',
        body: loginSchema,
        response: { 200: sessionSchema, 401: secondFactorRequiredSchema },
      },
    },
    async (request, reply) => {
      const { username, password } = request.body;
      request.principal = null;
      request.refusal = { login: username.slice(0, 100) };
      const { origin, remember } = originOf(request, reply);
      const session = await signIn.login(username, password, origin);
      remember();
      const { id, username: name, role } = session.user;
      await request.audit({
        action: deps.oidc.passwordSignIns.action,
        userId: id,
        username: name,
        target: id,
        details: { role, method: 'password' },
      });
      return session;
    },
  );

  app.post(
    '/auth/refresh',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'session.refresh' },
      schema: {
        tags,
        summary: 'Exchanges a refresh token, in the Authorization header or in the body, for a new pair of tokens',
        body: refreshBodySchema,
        response: { 200: sessionSchema },
      },
    },
    async (request) => {
      const token = bearerOf(request) ?? request.body?.refresh_token;
      if (token === undefined)
        throw new AppError(
          'unauthenticated',
          'A refresh token is required, in the Authorization header or in the body',
        );
      return sessions.refresh(token);
    },
  );

  app.post(
    '/auth/logout',
    {
      config: { access: 'signed-in', audit: 'session.logout' },
      schema: { tags, summary: 'Ends the session', response: { 200: doneSchema } },
    },
    async (request) => {
      const principal = principalOf(request);
      await sessions.logout(principal);
      await request.audit({ action: 'session.logout', target: principal.userId });
      return { status: 'success' as const, message: 'The session has ended' };
    },
  );

  app.get(
    '/auth/me',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Returns the signed-in user',
        response: { 200: z.object({ status: z.literal('success'), user: userSchema }) },
      },
    },
    async (request) => ({ status: 'success' as const, user: await sessions.userOf(principalOf(request)) }),
  );

  app.post(
    '/auth/password-reset',
    {
      config: { access: 'public', rateLimitGroup: 'sign-in', audit: 'user.password_reset' },
      schema: {
        tags,
        summary: 'Sets a new password with a link from Management, and ends all sessions of the user',
        body: passwordResetSchema,
        response: { 200: doneSchema.extend({ username: z.string() }), 410: errorSchema },
      },
    },
    async (request) => {
      const { token, new_password: next } = request.body;
      request.principal = null;
      const user = await passwordLinks.use(token, next);
      const about = { userId: user.id, username: user.username, target: user.id };
      await request.audit({ action: 'user.password_reset', ...about });
      return {
        status: 'success' as const,
        message: 'The password was changed, and all sessions have ended',
        username: user.username,
      };
    },
  );

  app.post(
    '/auth/password',
    {
      config: { access: 'signed-in', rateLimitGroup: 'sign-in', audit: 'user.password' },
      schema: {
        tags,
        summary: 'Changes the password of the signed-in user, and ends all other sessions',
        body: passwordChangeSchema,
        response: { 200: doneSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { current_password: current, new_password: next } = request.body;
      await ownPassword.change(principal, current, next);
      await request.audit({ action: 'user.password', target: principal.userId });
      return { status: 'success' as const, message: 'The password was changed, and all other sessions have ended' };
    },
  );
}
