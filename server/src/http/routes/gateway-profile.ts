// /gateways/{id}/profile: how the payloads of a gateway are read.

import {
  isoTime,
  MAX_PREVIEW_MESSAGES,
  previewInputSchema,
  previewReplySchema,
  profileDraftSchema,
  profileInputSchema,
  profileReplySchema,
  profileVersionsSchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { ProfileVersion } from '../../gateways/profile-repository.ts';
import { profileView } from '../../gateways/profile-service.ts';
import { changeableGateway, gatewayOf } from '../gateway-scope.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { maySeeStream } from '../incoming-scope.ts';
import { idSchema } from '../path-id.ts';
import { previewProfile } from '../profile-preview.ts';

const tags = ['Gateways'];
const path = '/gateways/:id/profile';
const paramsSchema = z.object({ id: idSchema });
/** Parsing a larger body would block the event loop for longer than 20 ms. */
const MAX_PREVIEW_BYTES = 4 * 1024 * 1024;
const response = { 200: profileReplySchema };

export async function gatewayProfileRoutes(
  app: HttpApp,
  deps: Pick<
    HttpDeps,
    'gateways' | 'profiles' | 'incoming' | 'ingestFields' | 'machines' | 'catalogue' | 'config' | 'clock'
  >,
): Promise<void> {
  const { gateways, profiles, incoming, clock } = deps;
  /** The newest first. @throws AppError `not_found` */
  const messagesOf = (
    request: Pick<FastifyRequest, 'principal'>,
    { stream_id, messages }: z.infer<typeof previewInputSchema>,
  ) => {
    if (stream_id === undefined) {
      const receivedMs = clock.nowMs();
      return (messages ?? []).map(({ topic, payload }) => ({ topic, payload: Buffer.from(payload), receivedMs }));
    }
    const stream = incoming.streams.get(stream_id);
    if (stream === undefined || !maySeeStream(deps, request, stream))
      throw new AppError('not_found', 'Nothing with this id has arrived lately');
    return [...incoming.streams.recentMessages(stream)].reverse().slice(0, MAX_PREVIEW_MESSAGES);
  };
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

  app.post(
    `${path}/preview`,
    {
      config: { access: 'write:machines', audit: false },
      bodyLimit: MAX_PREVIEW_BYTES,
      schema: {
        tags,
        summary: 'Says what would become of messages with a profile that is not in force',
        description:
          'Of messages that were sent along, or of the newest ones of a stream. A message that no rule fits is taken as without a profile. Nothing is stored.',
        params: paramsSchema,
        body: previewInputSchema,
        response: { 200: previewReplySchema },
      },
    },
    async (request) => {
      const { params, body } = request;
      const gateway = changeableGateway(deps, request, params.id);
      const preview = await previewProfile(
        deps,
        gateway,
        body,
        messagesOf(request, body),
        principalOf(request).factoryId,
      );
      return { status: 'success' as const, ...preview };
    },
  );
}
