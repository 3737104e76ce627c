// /ingest: rejected data, and unknown machines.

import {
  acceptMachineSchema,
  isoTime,
  machineSchema,
  rejectedPageSchema,
  rejectedQuerySchema,
  unknownMachinesReplySchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { SeesRejected } from '../../ingest/dead-letters/dead-letters.ts';
import { isInScope } from '../../machines/machine-scope.ts';
import { mayChangeGateway } from '../gateway-scope.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

const machineParamsSchema = z.object({ machine_id: z.uuid().transform((id) => id.toLowerCase()) });

export async function ingestReviewRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'provisioning' | 'deadLetters' | 'gateways' | 'machines'>,
): Promise<void> {
  const { provisioning, deadLetters, gateways, machines } = deps;

  /**
   * Of what was refused, a user of one factory sees what was sent under a topic that names a machine of the user's scope, and what
   * a gateway sent that may send for no other machines. undefined for a user who sees everything.
   */
  const seenBy = (request: FastifyRequest): SeesRejected | undefined => {
    const scope = scopeOf(request);
    if (scope === null) return undefined;
    return ({ topic, gatewayId }) => {
      const named = topic.split('/').flatMap((level) => machines.resolve(level)?.record ?? []);
      if (named.length > 0) return named.every((machine) => isInScope(scope, machine));
      const gateway = gatewayId === null ? undefined : gateways.get(gatewayId);
      return gateway !== undefined && mayChangeGateway(deps, request, gateway);
    };
  };
  /** Rejects with `not_found`, also for a machine that the user may not see. */
  const waitingMachine = (request: FastifyRequest, id: string): void => {
    const waiting = provisioning.waiting(id);
    if (waiting !== null && isInScope(scopeOf(request), waiting)) return;
    throw new AppError('not_found', 'No machine with this id waits for approval');
  };

  app.get(
    '/ingest/rejected',
    {
      config: { access: 'read:audit' },
      schema: {
        tags: ['Ingest'],
        summary: 'Lists payloads and values that could not be stored, the newest first',
        querystring: rejectedQuerySchema,
        response: { 200: rejectedPageSchema },
      },
    },
    async (request) => {
      const { reason, limit, cursor } = request.query;
      const sees = seenBy(request);
      const page = deadLetters.page({
        limit,
        ...(sees !== undefined && { sees }),
        ...(reason !== undefined && { reason }),
        ...(cursor !== undefined && { cursor }),
      });
      const rejected = page.rejected.map(
        ({ receivedAtMs, source, gatewayId, topic, reason, metric, value, payload }) => ({
          received_at: isoTime(receivedAtMs),
          source,
          gateway_id: gatewayId,
          gateway_name: gatewayId === null ? null : (gateways.get(gatewayId)?.name ?? null),
          topic,
          reason,
          metric,
          value,
          payload,
        }),
      );
      return { status: 'success' as const, rejected, counts: deadLetters.counts(sees), next_cursor: page.nextCursor };
    },
  );

  app.get(
    '/ingest/unknown',
    {
      config: { access: 'read:audit' },
      schema: {
        tags: ['Ingest'],
        summary: 'Lists unknown machines that send readings',
        response: { 200: unknownMachinesReplySchema },
      },
    },
    async (request) => ({
      status: 'success' as const,
      auto_provision: provisioning.mode,
      machines: provisioning.list(scopeOf(request)),
    }),
  );

  app.post(
    '/ingest/unknown/:machine_id/accept',
    {
      config: { access: 'write:config', audit: 'machine.accept' },
      schema: {
        tags: ['Ingest'],
        summary: 'Creates the machine, and stores the readings that it has sent so far',
        params: machineParamsSchema,
        body: acceptMachineSchema.nullish(),
        response: { 201: z.object({ status: z.literal('success'), machine: machineSchema }) },
      },
    },
    async (request, reply) => {
      const { machine_id: id } = request.params;
      waitingMachine(request, id);
      const machine = await provisioning.accept(id, request.body ?? {}, scopeOf(request));
      await request.audit({ action: 'machine.accept', target: machine.machine_id, details: { name: machine.name } });
      return reply.code(201).send({ status: 'success', machine });
    },
  );

  app.post(
    '/ingest/unknown/:machine_id/reject',
    {
      config: { access: 'write:config', audit: 'machine.reject' },
      schema: {
        tags: ['Ingest'],
        summary: 'Discards the readings of the machine, and rejects it until the next start of the server',
        params: machineParamsSchema,
        response: { 200: z.object({ status: z.literal('success'), machine_id: z.uuid() }) },
      },
    },
    async (request) => {
      const { machine_id } = request.params;
      waitingMachine(request, machine_id);
      await provisioning.reject(machine_id);
      await request.audit({ action: 'machine.reject', target: machine_id });
      return { status: 'success' as const, machine_id };
    },
  );
}
