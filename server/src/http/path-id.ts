// Ids in addresses, and the machine that one names.

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { MachineRecord } from '../machines/machine-repository.ts';
import { isInScope, type MachineScope } from '../machines/machine-scope.ts';
import type { MachineEntry } from '../machines/machine-service.ts';
import { principalOf } from './http-app.ts';
import type { HttpDeps } from './http-deps.ts';

/** Ids are compared as lower-case text. */
export const idSchema = z.guid().transform((id) => id.toLowerCase());

/** The part of the machines that the sender of a request may see and change. */
export const scopeOf = (request: Pick<FastifyRequest, 'principal'>): MachineScope => principalOf(request).factoryId;

/** @throws AppError `not_found`, also for a machine that the user may not see */
export function machineOf(
  { machines }: Pick<HttpDeps, 'machines'>,
  request: Pick<FastifyRequest, 'principal'>,
  machineId: string,
): MachineEntry {
  const entry = machines.get(machineId);
  if (entry === undefined || !isInScope(scopeOf(request), entry.record)) {
    throw new AppError('not_found', `No machine with id ${machineId} exists`);
  }
  return entry;
}

/** As `machineOf`, also of a machine whose readings were kept when it was deleted. Rejects with `not_found`. */
export async function readableMachine(
  deps: Pick<HttpDeps, 'machines' | 'deletedMachines'>,
  request: Pick<FastifyRequest, 'principal'>,
  machineId: string,
): Promise<Pick<MachineRecord, 'id' | 'name' | 'location' | 'sensorType'>> {
  if (deps.machines.get(machineId) !== undefined) return machineOf(deps, request, machineId).record;
  const deleted = await deps.deletedMachines.deletedMachine(machineId);
  return deleted !== null && isInScope(scopeOf(request), deleted)
    ? deleted
    : machineOf(deps, request, machineId).record;
}
