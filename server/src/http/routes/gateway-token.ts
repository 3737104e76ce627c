// /gateways/{id}/token: the token with which a gateway sends readings over HTTP.

import { gatewayTokenSchema, KEY_OVERLAP_HOURS, keyRotationSchema } from '@gonsters/contract';
import { z } from 'zod';
import { tokenView } from '../../access-keys/key-views.ts';
import { AppError } from '../../errors.ts';
import { changeableGateway } from '../gateway-scope.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Gateways'];
const paramsSchema = z.object({ id: idSchema });
const rotationSchema = keyRotationSchema.nullish();

export async function gatewayTokenRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'gateways' | 'machines' | 'accessKeys'>,
): Promise<void> {
  const { accessKeys } = deps;

  app.post(
    '/gateways/:id/token',
    {
      config: { access: 'write:config', audit: 'gateway.token' },
      schema: {
        tags,
        summary: 'Gives a gateway a token, or a new one; only the reply contains it',
        description:
          'A gateway has one token. The former one stays valid for `overlap_hours`, until the device has the new one.',
        params: paramsSchema,
        body: rotationSchema,
        response: {
          201: z.object({
            status: z.literal('success'),
            token: gatewayTokenSchema,
            secret: z.string().meta({ description: 'Only this reply contains it.' }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { name } = changeableGateway(deps, request, id);
      const rotation = request.body ?? { overlap_hours: KEY_OVERLAP_HOURS.default };
      const present = accessKeys.tokenOf(id);
      const { key, secret } =
        present === null
          ? await accessKeys.create({
              owner: { kind: 'gateway', id },
              name,
              permissions: [],
              expiresAtMs: rotation.expires_at ?? null,
            })
          : await accessKeys.rotate(present.id, rotation);
      const token = tokenView(accessKeys, key);
      const { hint, expires_at, former_valid_until } = token;
      await request.audit({
        action: 'gateway.token',
        target: id,
        details: { name, hint, expires_at, former_valid_until },
      });
      return reply.code(201).send({ status: 'success', token, secret });
    },
  );

  app.delete(
    '/gateways/:id/token',
    {
      config: { access: 'write:config', audit: 'gateway.token_revoke' },
      schema: {
        tags,
        summary: 'Ends the token of a gateway at once',
        params: paramsSchema,
        response: { 200: z.object({ status: z.literal('success'), message: z.string() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name } = changeableGateway(deps, request, id);
      const present = accessKeys.tokenOf(id);
      if (present === null) throw new AppError('not_found', `The gateway ${name} has no token`);
      await accessKeys.revoke(present.id);
      await request.audit({ action: 'gateway.token_revoke', target: id, details: { name } });
      return { status: 'success' as const, message: `The token of the gateway ${name} was revoked` };
    },
  );
}
