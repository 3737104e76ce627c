// What a user of one factory sees of incoming data.

import type { FastifyRequest } from 'fastify';
import type { IncomingStream } from '../ingest/incoming/incoming-stream.ts';
import { isInScope } from '../machines/machine-scope.ts';
import { mayChangeGateway } from './gateway-scope.ts';
import type { HttpDeps } from './http-deps.ts';
import { scopeOf } from './path-id.ts';

/**
 * Whether all of it is of machines that the user may see, or of a gateway that sends for no others. What also came for machines of
 * other factories is counted together, so that it cannot be shown in part; what names no machine at all may be of any factory.
 */
export function maySeeStream(
  deps: Pick<HttpDeps, 'machines' | 'gateways'>,
  request: Pick<FastifyRequest, 'principal'>,
  stream: IncomingStream,
): boolean {
  const scope = scopeOf(request);
  const { gatewayId } = stream.sender;
  const gateway = gatewayId === null ? undefined : deps.gateways.get(gatewayId);
  if (scope === null || (gateway !== undefined && mayChangeGateway(deps, request, gateway))) return true;
  const { machines } = deps;
  const named = [...stream.exampleTopic.split('/'), ...stream.namedInVain].map((id) => machines.resolve(id));
  const about = [...Array.from(stream.machines.keys(), (id) => machines.get(id)), ...named];
  const known = about.filter((machine) => machine !== undefined);
  return known.length > 0 && known.every((machine) => isInScope(scope, machine.record));
}
