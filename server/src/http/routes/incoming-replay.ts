// /gateways/{id}/replay and /ingest/incoming/{id}/replay: what was refused is taken in again.

import { isoTime, type ReplayReply, replayInputSchema, replayReplySchema } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { GatewayRecord } from '../../gateways/gateway-repository.ts';
import { REJECTION_REASONS } from '../../ingest/dead-letters/rejection-reason.ts';
import type { ReplayProgress, ReplayScope } from '../../ingest/incoming/incoming-replay.ts';
import { withTimeout } from '../../with-timeout.ts';
import { changeableGateway } from '../gateway-scope.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { maySeeStream } from '../incoming-scope.ts';
import { idSchema } from '../path-id.ts';

/** A replay that takes longer is answered with 202. */
const REPLY_WITHIN_MS = 10_000;
const NONE: ReplayReply = {
  ...({ status: 'success', state: 'none' } as const),
  ...{ messages: 0, replayed: 0, stored: 0, partly_stored: 0, still_refused: 0, ignored: 0, reasons: [] },
  ...{ started_at: null, finished_at: null },
};
const response = { 200: replayReplySchema, 202: replayReplySchema };
const description =
  'Messages of the last 24 hours that were refused, also in part, are decoded with the profiles, machines, aliases, zones and metrics that there are now. Readings without a time of their own get the time at which the message arrived. They are history: they raise no alert. A reading that is stored already is replaced by itself. What is refused again is kept, with its new reason. 202: it is still running, and GET answers how far it is. Each node of the server has what came to it, and takes in its own.';

export async function incomingReplayRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'incoming' | 'incomingReplay' | 'gateways' | 'machines'>,
): Promise<void> {
  const { incoming, incomingReplay } = deps;

  function gatewayScope({ id }: GatewayRecord, streamId: string | undefined): ReplayScope {
    const stream = streamId === undefined ? null : incoming.streams.get(streamId);
    if (stream === undefined || (stream !== null && stream.sender.gatewayId !== id))
      throw new AppError('not_found', `The gateway has no stream ${streamId}`);
    return { gatewayId: id, stream };
  }
  function streamScope(request: FastifyRequest, id: string): ReplayScope {
    const stream = incoming.streams.get(id);
    if (stream === undefined || !maySeeStream(deps, request, stream))
      throw new AppError('not_found', 'Nothing with this id has arrived lately');
    return { gatewayId: stream.sender.gatewayId, stream };
  }
  const start = async (scope: ReplayScope) => {
    const { progress, finished } = incomingReplay.start(scope);
    await withTimeout(finished, REPLY_WITHIN_MS);
    return progress;
  };
  const known = (scope: ReplayScope) => {
    const progress = incomingReplay.progressOf(scope);
    return progress === undefined ? NONE : replayView(progress);
  };

  const ofGateway = z.object({ id: idSchema });
  const ofStream = z.object({ id: z.string().max(50) });
  const summary = 'Takes in again what was refused';
  const progressSummary = 'Gets how far the newest replay is';

  app.post(
    '/gateways/:id/replay',
    {
      config: { access: 'write:machines', audit: 'incoming.replay' },
      schema: {
        tags: ['Gateways'],
        summary,
        description,
        params: ofGateway,
        body: replayInputSchema.nullish(),
        response,
      },
    },
    async (request, reply) => {
      const gateway = changeableGateway(deps, request, request.params.id);
      const scope = gatewayScope(gateway, request.body?.stream_id);
      const details = { gateway: gateway.name, topic: scope.stream?.topic };
      await request.audit({ action: 'incoming.replay', target: gateway.id, details });
      const progress = await start(scope);
      return reply.code(progress.finishedMs === null ? 202 : 200).send(replayView(progress));
    },
  );

  app.get(
    '/gateways/:id/replay',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags: ['Gateways'],
        summary: progressSummary,
        params: ofGateway,
        querystring: z.object({ stream_id: z.string().max(50).optional() }),
        response: { 200: replayReplySchema },
      },
    },
    async (request) =>
      known(gatewayScope(changeableGateway(deps, request, request.params.id), request.query.stream_id)),
  );

  app.post(
    '/ingest/incoming/:id/replay',
    {
      config: { access: 'write:machines', audit: 'incoming.replay' },
      schema: { tags: ['Ingest'], summary, description, params: ofStream, response },
    },
    async (request, reply) => {
      const scope = streamScope(request, request.params.id);
      await request.audit({
        action: 'incoming.replay',
        target: request.params.id,
        details: { topic: scope.stream?.topic },
      });
      const progress = await start(scope);
      return reply.code(progress.finishedMs === null ? 202 : 200).send(replayView(progress));
    },
  );

  app.get(
    '/ingest/incoming/:id/replay',
    {
      config: { access: 'read:sensor_data' },
      schema: { tags: ['Ingest'], summary: progressSummary, params: ofStream, response: { 200: replayReplySchema } },
    },
    async (request) => known(streamScope(request, request.params.id)),
  );
}

function replayView(progress: ReplayProgress): ReplayReply {
  const { finishedMs, isInterrupted, reasons } = progress;
  const ended = isInterrupted ? 'interrupted' : 'finished';
  return {
    status: 'success',
    state: finishedMs === null ? 'running' : ended,
    messages: progress.messages,
    replayed: progress.replayed,
    stored: progress.stored,
    partly_stored: progress.partly,
    still_refused: progress.stillRefused,
    ignored: progress.ignored,
    reasons: [...reasons]
      .map(([reason, count]) => ({ reason, error: REJECTION_REASONS[reason], count }))
      .sort((a, b) => b.count - a.count),
    started_at: isoTime(progress.startedMs),
    finished_at: finishedMs === null ? null : isoTime(finishedMs),
  };
}
