// /ingest/incoming: what arrives, and what became of it.

import {
  errorSchema,
  incomingQuerySchema,
  incomingReplySchema,
  incomingStreamReplySchema,
  isoTime,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { maySeeStream } from '../incoming-scope.ts';
import { messageView, streamView, totalsView } from '../incoming-view.ts';
import { machineOf, scopeOf } from '../path-id.ts';
import { proposalFor } from '../profile-proposal.ts';

const tags = ['Ingest'];
const paramsSchema = z.object({ id: z.string().max(50) });

export async function incomingRoutes(
  app: HttpApp,
  deps: Pick<
    HttpDeps,
    'incoming' | 'machines' | 'gateways' | 'metricService' | 'profileRules' | 'ingestFields' | 'clock'
  >,
): Promise<void> {
  const { incoming, machines, clock } = deps;
  const startedMs = clock.nowMs();
  const mayWrite = ({ principal }: FastifyRequest) => principal?.permissions.includes('write:machines') ?? false;

  app.get(
    '/ingest/incoming',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags,
        summary: 'Lists what arrives by gateway, topic and shape, and what became of it',
        description: 'Payloads are for Supervisor and Management; everybody sees counts and reasons.',
        querystring: incomingQuerySchema,
        response: { 200: incomingReplySchema, 404: errorSchema },
      },
    },
    async (request) => {
      const { window, machine_id } = request.query;
      const view = { window, withPayloads: mayWrite(request), nowMs: clock.nowMs() };
      const scope = scopeOf(request);
      if (machine_id !== undefined) machineOf(deps, request, machine_id.toLowerCase());
      const seen = [...incoming.streams.list()].filter((each) => maySeeStream(deps, request, each));
      const wanted = machine_id?.toLowerCase();
      const names = (id: string) => machines.resolve(id)?.record.id === wanted;
      const streams = seen.filter((each) => wanted === undefined || incoming.streams.concerns(each, wanted, names));
      streams.sort((a, b) => b.lastMs - a.lastMs);
      return {
        status: 'success' as const,
        since: isoTime(startedMs),
        streams: streams.map((each) => streamView(each, deps, view)),
        totals: totalsView(scope === null ? [incoming.streams] : seen, view),
        kept: scope === null ? { bytes: incoming.refused.bytes, not_kept: incoming.refused.notKept } : null,
        not_listed: incoming.streams.forgotten,
      };
    },
  );

  app.get(
    '/ingest/incoming/:id',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags,
        summary: 'Gets what arrives on one kind of topic in one shape, with its newest messages',
        params: paramsSchema,
        querystring: incomingQuerySchema.pick({ window: true }),
        response: { 200: incomingStreamReplySchema },
      },
    },
    async (request) => {
      const stream = incoming.streams.get(request.params.id);
      if (stream === undefined || !maySeeStream(deps, request, stream))
        throw new AppError('not_found', 'Nothing with this id has arrived lately');
      const view = { window: request.query.window, withPayloads: mayWrite(request), nowMs: clock.nowMs() };
      const messages = [...incoming.streams.recentMessages(stream)].reverse();
      return {
        status: 'success' as const,
        stream: streamView(stream, deps, view),
        messages: messages.map((each) => messageView(each, view.withPayloads)),
        proposal: view.withPayloads ? proposalFor(deps, messages) : null,
      };
    },
  );
}
