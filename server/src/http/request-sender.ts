// The gateway that sends a request, as ingest knows it.

import type { FastifyRequest } from 'fastify';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { HttpArrival, IngestSender } from '../ingest/pipeline/ingest-sender.ts';

/**
 * null if a user sends. Over HTTP no topic names a factory: the factory of the machine takes its place, and a machine of every
 * factory belongs to that of the gateway.
 */
export function senderOf(
  { gateway }: Pick<FastifyRequest, 'gateway'>,
  gateways: Pick<GatewayService, 'mayPublishFor'>,
): IngestSender | null {
  if (gateway === null) return null;
  const { id, name, factoryId, timezone } = gateway;
  return {
    ...{ id, name, factoryId },
    zone: timezone,
    mayPublishFor: (machineId, ofMachine) => gateways.mayPublishFor(gateway, machineId, ofMachine ?? factoryId),
  };
}

/** How the message of a request came. `payload` is called only where it is kept. */
export function arrivalOf(
  { principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>,
  protocol: HttpArrival['protocol'],
  payload: () => string,
): HttpArrival {
  return { protocol, client: principal?.username ?? null, address: ip, payload };
}
