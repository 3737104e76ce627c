// Who sends readings in a request, as ingest knows it.

import type { FastifyRequest } from 'fastify';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import { onlyMachineOf, ownFactoryOf, rightOf } from '../gateways/gateway-rights.ts';
import type { HttpArrival, IngestSender } from '../ingest/pipeline/ingest-sender.ts';

const USER: IngestSender = {
  ...{ gateway: null, zone: 'UTC', factory: { named: null, owner: null }, onlyMachine: null },
  rightOn: () => 'allowed',
};

export function senderOf({ gateway }: Pick<FastifyRequest, 'gateway'>): IngestSender {
  if (gateway === null) return USER;
  return {
    gateway,
    zone: gateway.timezone,
    onlyMachine: onlyMachineOf(gateway),
    factory: { named: gateway.factoryId, owner: ownFactoryOf(gateway) },
    rightOn: (machine) => rightOf(gateway, machine, topicFactoryOf(gateway, machine)),
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
/**
 * Over HTTP no topic names a factory. For a gateway that is older than scopes the factory of the machine takes its place, and a
 * machine of every factory belongs to that of the gateway.
 */
const topicFactoryOf = ({ needsReview, factoryId }: GatewayRecord, machine: { factoryId: string | null }) =>
  needsReview ? (machine.factoryId ?? factoryId) : null;
