// /gateways/{id}/profile: how the payloads of a gateway are read.

import {
  isoTime,
  profileDraftSchema,
  profileInputSchema,
  profileReplySchema,
  profileVersionsSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { ProfileVersion } from '../../gateways/profile-repository.ts';
import { profileView } from '../../gateways/profile-service.ts';
import { changeableGateway, gatewayOf } from '../gateway-scope.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';

const tags = ['Gateways'];
const path = '/gateways/:id/profile';
const paramsSchema = z.object({ id: idSchema });
const response = { 200: profileReplySchema };

export async function gatewayProfileRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'gateways' | 'machines' | 'profiles'>,
): Promise<void> {
  const { gateways, profiles } = deps;
  const replyOf = (id: string, newest: ProfileVersion | undefined) => ({
    status: 'success' as const,
    gateway_id: id,
    version: newest?.version ?? 0,
    profile: newest === undefined ? null : profileView(newest),
  });
  const detailsOf = (id: string, { version, draft, restores }: ProfileVersion) => ({
    ...{ name: gateways.get(id)?.name, version, profile: draft },
    ...(restores !== null && { restores }),
  });

  app.get(
    path,
    {
      config: { access: 'write:machines' },
      schema: { tags, summary: 'Returns the profile of a gateway', params: paramsSchema, response },
    },
    async (request) => {
      const { id } = request.params;
      gatewayOf(deps, request, id);
      return replyOf(id, profiles.all.get(id));
    },
  );

  app.put(
    path,
    {
      config: { access: 'write:machines', audit: 'gateway_profile.update' },
      schema: {
        tags,
        summary: 'Sets the profile of a gateway',
        description: 'It is in force for every message that arrives after the reply, on other nodes within a second.',
        params: paramsSchema,
        body: profileInputSchema,
        response,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { profile, expected_version = null } = request.body;
      changeableGateway(deps, request, id);
      const saved = await profiles.save(id, profile, principalOf(request).username, expected_version);
      await request.audit({ action: 'gateway_profile.update', target: id, details: detailsOf(id, saved) });
      return replyOf(id, saved);
    },
  );

  app.delete(
    path,
    {
      config: { access: 'write:machines', audit: 'gateway_profile.delete' },
      schema: { tags, summary: 'Deletes the profile of a gateway; it can be undone', params: paramsSchema, response },
    },
    async (request) => {
      const { id } = request.params;
      changeableGateway(deps, request, id);
      const saved = await profiles.save(id, null, principalOf(request).username);
      await request.audit({ action: 'gateway_profile.delete', target: id, details: detailsOf(id, saved) });
      return replyOf(id, saved);
    },
  );

  app.get(
    `${path}/versions`,
    {
      config: { access: 'write:machines' },
      schema: {
        tags,
        summary: 'Lists the newest versions of the profile of a gateway',
        params: paramsSchema,
        response: { 200: profileVersionsSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      gatewayOf(deps, request, id);
      const versions = (await profiles.versions(id)).map(({ version, draft, restores, updatedAtMs, updatedBy }) => ({
        ...{ version, restores, name: draft?.name ?? null, rules: draft?.rules.length ?? 0 },
        ...{ updated_at: isoTime(updatedAtMs), updated_by: updatedBy },
      }));
      return { status: 'success' as const, gateway_id: id, versions };
    },
  );

  app.post(
    `${path}/undo`,
    {
      config: { access: 'write:machines', audit: 'gateway_profile.undo' },
      schema: {
        tags,
        summary: 'Returns to the version before the one in force',
        description: 'This is a new version. Undoing again goes back further.',
        params: paramsSchema,
        response,
      },
    },
    async (request) => {
      const { id } = request.params;
      changeableGateway(deps, request, id);
      const saved = await profiles.undo(id, principalOf(request).username);
      await request.audit({ action: 'gateway_profile.undo', target: id, details: detailsOf(id, saved) });
      return replyOf(id, saved);
    },
  );

  app.get(
    `${path}/export`,
    {
      config: { access: 'write:machines' },
      schema: {
        tags,
        summary: 'Returns the profile of a gateway as a file',
        description: 'PUT takes it as `profile`, also for another gateway.',
        params: paramsSchema,
        response: { 200: profileDraftSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      gatewayOf(deps, request, id);
      const draft = profiles.all.get(id)?.draft ?? null;
      if (draft === null) throw new AppError('not_found', 'The gateway has no profile');
      reply.header('content-disposition', 'attachment; filename="gateway-profile.json"');
      return draft;
    },
  );
}
