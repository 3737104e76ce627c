// /api-keys: the keys with which programs use the API in the name of a user.

import {
  apiKeyInputSchema,
  apiKeyListSchema,
  apiKeySchema,
  KEY_OVERLAP_HOURS,
  keyRotationSchema,
  ROLE_PERMISSIONS,
} from '@gonsters/contract';
import { z } from 'zod';
import type { AccessKeyRecord } from '../../access-keys/access-key-repository.ts';
import { apiKeyView } from '../../access-keys/key-views.ts';
import { AppError } from '../../errors.ts';
import type { Principal } from '../../users/access-tokens.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['API keys'];
const paramsSchema = z.object({ id: idSchema });
const issuedSchema = z.object({
  status: z.literal('success'),
  key: apiKeySchema,
  secret: z.string().meta({ description: 'Only this reply contains it.' }),
});

export async function apiKeyRoutes(app: HttpApp, { accessKeys }: Pick<HttpDeps, 'accessKeys'>): Promise<void> {
  /** A key of the user or, for those who have `permission`, of anybody. @throws AppError `not_found` */
  const keyOf = (id: string, by: Principal, permission?: 'write:users'): AccessKeyRecord => {
    const key = accessKeys.apiKeys().find((each) => each.id === id);
    const isManaged = permission !== undefined && by.permissions.includes(permission) && isOfUsers(by, key);
    const mayChange = key?.owner.id === by.userId || isManaged;
    if (key === undefined || !mayChange) throw new AppError('not_found', `No API key with id ${id} exists`);
    return key;
  };
  const view = (key: AccessKeyRecord) => apiKeyView(accessKeys, key);

  app.get(
    '/api-keys',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Lists the API keys of the signed-in user or, for Management, of all users',
        querystring: z.object({ all: z.enum(['true', 'false']).default('false') }),
        response: { 200: apiKeyListSchema },
      },
    },
    async (request) => {
      const { userId, permissions } = principalOf(request);
      const wantsAll = request.query.all === 'true';
      if (wantsAll && !permissions.includes('read:users')) throw new AppError('forbidden');
      const listed = accessKeys.apiKeys(wantsAll ? undefined : userId);
      const keys = listed.filter((key) => isOfUsers(principalOf(request), key)).map(view);
      return { status: 'success' as const, count: keys.length, keys };
    },
  );

  app.post(
    '/api-keys',
    {
      config: { access: 'signed-in', audit: 'api_key.create' },
      schema: {
        tags,
        summary: 'Creates an API key of the signed-in user; only the reply contains its secret',
        body: apiKeyInputSchema,
        response: { 201: issuedSchema },
      },
    },
    async (request, reply) => {
      const { name, permissions, expires_at } = request.body;
      const { userId, role } = principalOf(request);
      const faults = permissions.flatMap((each, i) =>
        ROLE_PERMISSIONS[role].includes(each)
          ? []
          : [{ field: `permissions[${i}]`, error: 'Your role does not have this permission', value: each }],
      );
      if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
      const owner = { kind: 'user', id: userId } as const;
      const { key, secret } = await accessKeys.create({ owner, name, permissions, expiresAtMs: expires_at ?? null });
      const shown = view(key);
      const details = { name, permissions: shown.permissions, hint: shown.hint, expires_at: shown.expires_at };
      await request.audit({ action: 'api_key.create', target: key.id, details });
      return reply.code(201).send({ status: 'success', key: shown, secret });
    },
  );

  app.post(
    '/api-keys/:id/rotate',
    {
      config: { access: 'signed-in', audit: 'api_key.rotate' },
      schema: {
        tags,
        summary: 'Gives an API key of the signed-in user a new secret, which only the reply contains',
        params: paramsSchema,
        body: keyRotationSchema.nullish(),
        response: { 200: issuedSchema },
      },
    },
    async (request) => {
      const { id, name } = keyOf(request.params.id, principalOf(request));
      const rotation = request.body ?? { overlap_hours: KEY_OVERLAP_HOURS.default };
      const { key, secret } = await accessKeys.rotate(id, rotation);
      const shown = view(key);
      const { expires_at, former_valid_until } = shown;
      await request.audit({ action: 'api_key.rotate', target: id, details: { name, expires_at, former_valid_until } });
      return { status: 'success' as const, key: shown, secret };
    },
  );

  app.delete(
    '/api-keys/:id',
    {
      config: { access: 'signed-in', audit: 'api_key.revoke' },
      schema: {
        tags,
        summary: 'Ends an API key of the signed-in user or, for Management, of any user',
        params: paramsSchema,
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { id, name, owner } = keyOf(request.params.id, principalOf(request), 'write:users');
      await accessKeys.revoke(id);
      const username = owner.kind === 'user' ? owner.username : null;
      await request.audit({ action: 'api_key.revoke', target: id, details: { name, owner: username } });
      return { status: 'success' as const, message: `The API key ${name} was revoked` };
    },
  );
}

/** Management of a factory manages the keys of its users. */
const isOfUsers = ({ factoryId }: Principal, key: AccessKeyRecord | undefined): boolean =>
  factoryId === null || (key?.owner.kind === 'user' && key.owner.factoryId === factoryId);
