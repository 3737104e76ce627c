// Ids in addresses, and the machine that one names.

import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { MachineRecord } from '../machines/machine-repository.ts';
import type { MachineEntry } from '../machines/machine-service.ts';
import type { HttpDeps } from './http-deps.ts';

/** Ids are compared as lower-case text. */
export const idSchema = z.guid().transform((id) => id.toLowerCase());

/** @throws AppError `not_found` */
export function machineOf({ machines }: Pick<HttpDeps, 'machines'>, machineId: string): MachineEntry {
  const entry = machines.get(machineId);
  if (entry === undefined) throw new AppError('not_found', `No machine with id ${machineId} exists`);
  return entry;
}

/** As `machineOf`, also of a machine whose readings were kept when it was deleted. Rejects with `not_found`. */
export async function readableMachine(
  deps: Pick<HttpDeps, 'machines' | 'deletedMachines'>,
  machineId: string,
): Promise<Pick<MachineRecord, 'id' | 'name' | 'location' | 'sensorType'>> {
  const known = deps.machines.get(machineId)?.record ?? (await deps.deletedMachines.deletedMachine(machineId));
  return known ?? machineOf(deps, machineId).record;
}
