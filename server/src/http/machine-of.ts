// Finds the machine that an address names.

import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { MachineEntry } from '../machines/machine-service.ts';
import type { HttpDeps } from './http-deps.ts';

/** Ids are compared as text, and a UUID may be written either way. */
export const machineIdSchema = z.guid().transform((id) => id.toLowerCase());

/** @throws AppError `not_found` */
export function machineOf({ machines }: Pick<HttpDeps, 'machines'>, machineId: string): MachineEntry {
  const entry = machines.get(machineId);
  if (entry === undefined) throw new AppError('not_found', 'There is no such machine');
  return entry;
}
