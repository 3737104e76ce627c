// The gateway that sends a request, as ingest knows it.

import type { FastifyRequest } from 'fastify';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { IngestSender } from '../ingest/pipeline/ingest-sender.ts';

/**
 * null if a user sends. Over HTTP no topic names a factory: the factory of the machine takes its place, and a machine of every
 * factory belongs to that of the gateway.
 */
export function senderOf(
  { gateway }: Pick<FastifyRequest, 'gateway'>,
  gateways: Pick<GatewayService, 'mayPublishFor'>,
): IngestSender | null {
  if (gateway === null) return null;
  const { id, name, factoryId, timezone, machineIds } = gateway;
  return {
    ...{ id, name, factoryId },
    zone: timezone,
    onlyMachine: machineIds.length === 1 && factoryId === null ? (machineIds[0] as string) : null,
    mayPublishFor: (machineId, ofMachine) => gateways.mayPublishFor(gateway, machineId, ofMachine ?? factoryId),
  };
}
