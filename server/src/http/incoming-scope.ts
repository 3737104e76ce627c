// What a user of one factory sees of incoming data.

import type { FastifyRequest } from 'fastify';
import type { IncomingStream } from '../ingest/incoming/incoming-stream.ts';
import { isInScope } from '../machines/machine-scope.ts';
import { mayChangeGateway } from './gateway-scope.ts';
import type { HttpDeps } from './http-deps.ts';
import { scopeOf } from './path-id.ts';

/**
 * `whole`: everything in it is of machines that the user may see, or of a gateway that sends for no others. `part`: something is, and
 * the user may see neither its payloads nor its topics. A stream that names no machine at all may be of any factory.
 */
export type StreamSight = 'whole' | 'part' | 'none';

export function sightOf(
  deps: Pick<HttpDeps, 'machines' | 'gateways'>,
  request: Pick<FastifyRequest, 'principal'>,
  stream: IncomingStream,
): StreamSight {
  const scope = scopeOf(request);
  const { gatewayId } = stream.sender;
  const gateway = gatewayId === null ? undefined : deps.gateways.get(gatewayId);
  if (scope === null || (gateway !== undefined && mayChangeGateway(deps, request, gateway))) return 'whole';
  const { machines } = deps;
  const named = [...stream.exampleTopic.split('/'), ...stream.namedInVain].map((id) => machines.resolve(id));
  const about = [...Array.from(stream.machines.keys(), (id) => machines.get(id)), ...named];
  const visible = about.flatMap((machine) => (machine === undefined ? [] : [isInScope(scope, machine.record)]));
  if (!visible.includes(true)) return 'none';
  return visible.includes(false) ? 'part' : 'whole';
}
