// Which gateways a user of one factory may see, and which of them the user may change.

import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import { isInScope } from '../machines/machine-scope.ts';
import type { HttpDeps } from './http-deps.ts';
import { scopeOf } from './path-id.ts';

type Rights = Pick<GatewayRecord, 'scope' | 'needsReview' | 'machineIds' | 'factoryId'>;
type Request = Pick<FastifyRequest, 'principal'>;

/** Whether it may send for machines of the user's scope only, so that its credentials give nobody more rights than the user has. */
export function mayChangeGateway(
  { machines }: Pick<HttpDeps, 'machines'>,
  request: Request,
  { scope, needsReview, machineIds, factoryId }: Rights,
): boolean {
  const ofUser = scopeOf(request);
  if (ofUser === null) return true;
  if (needsReview || scope === 'plant') return false;
  if (scope === 'factory') return factoryId === ofUser;
  return machineIds.every((id) => isVisible(machines, request, id));
}

/** Whether it may send for machines of the user's scope. */
export function maySeeGateway(
  { machines }: Pick<HttpDeps, 'machines'>,
  request: Request,
  { scope, needsReview, machineIds, factoryId }: Rights,
): boolean {
  if (scopeOf(request) === null || needsReview || scope === 'plant') return true;
  if (scope === 'factory') return factoryId === scopeOf(request);
  return machineIds.some((id) => isVisible(machines, request, id));
}

/** @throws AppError `not_found`, also for a gateway that the user may not see */
export function gatewayOf(deps: Pick<HttpDeps, 'gateways' | 'machines'>, request: Request, id: string): GatewayRecord {
  const gateway = deps.gateways.get(id);
  if (gateway === undefined || !maySeeGateway(deps, request, gateway)) {
    throw new AppError('not_found', `No gateway with id ${id} exists`);
  }
  return gateway;
}

/** @throws AppError `not_found` as `gatewayOf`, and `forbidden` for one that may send for machines of other factories too */
export function changeableGateway(
  deps: Pick<HttpDeps, 'gateways' | 'machines'>,
  request: Request,
  id: string,
): GatewayRecord {
  const gateway = gatewayOf(deps, request, id);
  refuseWiderRights(deps, request, gateway);
  return gateway;
}

/** @throws AppError `forbidden` */
export function refuseWiderRights(deps: Pick<HttpDeps, 'machines'>, request: Request, rights: Rights): void {
  if (mayChangeGateway(deps, request, rights)) return;
  throw new AppError('forbidden', 'The gateway may send for machines that are not of your factory');
}

const isVisible = (machines: HttpDeps['machines'], request: Request, id: string) => {
  const record = machines.get(id)?.record;
  return record !== undefined && isInScope(scopeOf(request), record);
};
