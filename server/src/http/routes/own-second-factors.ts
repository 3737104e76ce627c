// /users/me/second-factors: how a user adds and removes authenticator apps, passkeys and recovery codes.

import {
  passkeyAddedSchema,
  passkeyAddSchema,
  passkeyOptionsReplySchema,
  passwordAgainSchema,
  recoveryCodesReplySchema,
  secondFactorsReplySchema,
  totpBeginSchema,
  totpBegunSchema,
  totpConfirmedSchema,
  totpConfirmSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';
import { siteOf } from '../request-origin.ts';

const tags = ['Second factor'];
const paramsSchema = z.object({ id: idSchema });
const doneSchema = z.object({ status: z.literal('success'), message: z.string() });
const PATH = '/users/me/second-factors';
const ADD = { access: 'signed-in', rateLimitGroup: 'sign-in', audit: 'user.second_factor_add' } as const;

export async function ownSecondFactorRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { enrolment, secondFactorGate, ownPassword } = deps;

  app.get(
    PATH,
    {
      config: { access: 'signed-in' },
      schema: { tags, summary: 'Lists your second factors', response: { 200: secondFactorsReplySchema } },
    },
    async (request) => {
      const { userId, role, method } = principalOf(request);
      const { factors, recoveryCodesLeft } = await enrolment.of(userId);
      const { required } = secondFactorGate.stateOf({ id: userId, role }, method);
      const { origin, reason } = siteOf(deps, request);
      const passkeys = { available: reason === null, reason, origin };
      return { status: 'success' as const, factors, recovery_codes_left: recoveryCodesLeft, required, passkeys };
    },
  );

  app.post(
    `${PATH}/totp`,
    {
      config: ADD,
      schema: {
        tags,
        summary: 'Begins to add an authenticator app; it counts once its first code is confirmed',
        body: totpBeginSchema,
        response: { 201: totpBegunSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { name, password } = request.body;
      await ownPassword.confirm(principal, password);
      const begun = await enrolment.beginTotp(principal, name);
      return reply.code(201).send({ status: 'success', ...begun });
    },
  );

  app.post(
    `${PATH}/totp/:id/confirm`,
    {
      config: ADD,
      schema: {
        tags,
        summary: 'Adds an authenticator app with its first code. The first factor ends your other sessions',
        params: paramsSchema,
        body: totpConfirmSchema,
        response: { 200: totpConfirmedSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const recoveryCodes = await enrolment.confirmTotp(principal, id, request.body.code);
      const details = { username: principal.username, kind: 'totp' };
      await request.audit({ action: 'user.second_factor_add', target: principal.userId, details });
      return { status: 'success' as const, recovery_codes: recoveryCodes };
    },
  );

  app.post(
    `${PATH}/passkeys/options`,
    {
      config: ADD,
      schema: {
        tags,
        summary: 'What to ask the browser for a new passkey',
        body: passwordAgainSchema,
        response: { 200: passkeyOptionsReplySchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      await ownPassword.confirm(principal, request.body?.password);
      const options = await enrolment.beginPasskey(principal, siteOf(deps, request));
      return { status: 'success' as const, options: { ...options } };
    },
  );

  app.post(
    `${PATH}/passkeys`,
    {
      config: ADD,
      schema: {
        tags,
        summary: 'Adds a passkey. The first factor ends your other sessions',
        body: passkeyAddSchema,
        response: { 201: passkeyAddedSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { name, response } = request.body;
      const { factor, recoveryCodes } = await enrolment.addPasskey(principal, name, response, siteOf(deps, request));
      const details = { username: principal.username, kind: 'passkey', name };
      await request.audit({ action: 'user.second_factor_add', target: principal.userId, details });
      return reply.code(201).send({ status: 'success', factor, recovery_codes: recoveryCodes });
    },
  );

  app.delete(
    `${PATH}/:id`,
    {
      config: { access: 'signed-in', rateLimitGroup: 'sign-in', audit: 'user.second_factor_delete' },
      schema: {
        tags,
        summary: 'Removes a second factor; with the last one, the recovery codes too',
        params: paramsSchema,
        body: passwordAgainSchema,
        response: { 200: doneSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      await ownPassword.confirm(principal, request.body?.password);
      const { kind, name } = await enrolment.remove(principal, request.params.id);
      const details = { username: principal.username, kind, name };
      await request.audit({ action: 'user.second_factor_delete', target: principal.userId, details });
      return { status: 'success' as const, message: 'The second factor was removed' };
    },
  );

  app.post(
    `${PATH}/recovery-codes`,
    {
      config: { access: 'signed-in', rateLimitGroup: 'sign-in', audit: 'user.second_factor_codes' },
      schema: {
        tags,
        summary: 'Makes new recovery codes; the former ones do not work any more',
        body: passwordAgainSchema,
        response: { 200: recoveryCodesReplySchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      await ownPassword.confirm(principal, request.body?.password);
      const codes = await enrolment.renewRecoveryCodes(principal.userId);
      const details = { username: principal.username };
      await request.audit({ action: 'user.second_factor_codes', target: principal.userId, details });
      return { status: 'success' as const, recovery_codes: codes };
    },
  );
}
