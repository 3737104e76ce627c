// /ingest: rejected data, and unknown machines.

import {
  acceptMachineSchema,
  isoTime,
  machineSchema,
  rejectedPageSchema,
  rejectedQuerySchema,
  unknownMachinesReplySchema,
} from '@gonsters/contract';
import { z } from 'zod';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const machineParamsSchema = z.object({ machine_id: z.uuid().transform((id) => id.toLowerCase()) });

export async function ingestReviewRoutes(
  app: HttpApp,
  { provisioning, deadLetters, gateways }: Pick<HttpDeps, 'provisioning' | 'deadLetters' | 'gateways'>,
): Promise<void> {
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
    async ({ query }) => {
      const { reason, limit, cursor } = query;
      const page = deadLetters.page({
        limit,
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
      return { status: 'success' as const, rejected, counts: deadLetters.counts(), next_cursor: page.nextCursor };
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
    async () => ({ status: 'success' as const, auto_provision: provisioning.mode, machines: provisioning.list() }),
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
      const machine = await provisioning.accept(request.params.machine_id, request.body ?? {});
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
      await provisioning.reject(machine_id);
      await request.audit({ action: 'machine.reject', target: machine_id });
      return { status: 'success' as const, machine_id };
    },
  );
}
