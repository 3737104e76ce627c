// Who sends readings in a request, as ingest knows it.

import type { FastifyRequest } from 'fastify';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import { onlyMachineOf, ownFactoryOf, rightOf } from '../gateways/gateway-rights.ts';
import type { HttpArrival, IngestSender } from '../ingest/pipeline/ingest-sender.ts';
import { isInScope, type MachineScope } from '../machines/machine-scope.ts';
import { scopeOf } from './path-id.ts';

export function senderOf(request: Pick<FastifyRequest, 'gateway' | 'principal' | 'audit'>): IngestSender {
  const { gateway, principal } = request;
  if (gateway !== null) return ofGateway(gateway);
  const mayCorrect = principal?.permissions.includes('correct:sensor_data') ?? false;
  const record = (details: Record<string, unknown>) => request.audit({ action: 'readings.correct', details });
  return ofUser(scopeOf(request), mayCorrect ? record : 'refused');
}

/** For a user, a machine of another factory is one that does not exist. */
export const ofUser = (scope: MachineScope, overwrites: IngestSender['overwrites']): IngestSender => ({
  gateway: null,
  overwrites,
  zone: 'UTC',
  factory: { named: null, owner: scope },
  onlyMachine: null,
  rightOn: (machine) => (isInScope(scope, machine) ? 'allowed' : 'unknown_machine'),
});

export function ofGateway(gateway: GatewayRecord): IngestSender {
  return {
    gateway,
    overwrites: 'unseen',
    zone: gateway.timezone,
    onlyMachine: onlyMachineOf(gateway),
    factory: { named: gateway.factoryId, owner: ownFactoryOf(gateway) },
    rightOn: (machine) => rightOf(gateway, machine, topicFactoryOf(gateway, machine)),
  };
}

/** How the message of a request came. `payload` is called only where it is kept. */
export function arrivalOf(
  { principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>,
  message: Pick<HttpArrival, 'protocol' | 'path' | 'arrivedMs' | 'parameters' | 'payload'>,
): HttpArrival {
  return { ...message, client: principal?.username ?? null, address: ip, userFactory: principal?.factoryId ?? null };
}
/**
 * Over HTTP no topic names a factory. For a gateway that is older than scopes the factory of the machine takes its place, and a
 * machine of every factory belongs to that of the gateway.
 */
const topicFactoryOf = ({ needsReview, factoryId }: GatewayRecord, machine: { factoryId: string | null }) =>
  needsReview ? (machine.factoryId ?? factoryId) : null;
