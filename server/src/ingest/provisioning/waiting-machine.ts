// An unknown machine that waits for approval, as it is kept in memory and sent to other nodes.

import { type MachineInput, nameSchema } from '@gonsters/contract';
import { idKey } from '../../name-key.ts';

export interface WaitingMachine {
  /** As the device sends it. */
  id: string;
  firstSeenMs: number;
  lastSeenMs: number;
  readings: number;
  topic: string;
  suggestion: MachineInput;
}

/** What changed since the last delta, for the other nodes. `readings` is the number since then. */
export interface WaitingMachinesDelta {
  seen: (WaitingMachine & { machineId: string })[];
  rejected: string[];
  /** Machines whose readings were given to another one. A node of an older version does not send them. */
  assigned?: string[];
}

/** What the sender says of the factory of an unknown machine. */
export interface SenderFactory {
  /** Suggested as the location of the machine. */
  readonly named: string | null;
  /** The factory to which the machine will belong; null: to every factory. */
  readonly owner: string | null;
}

/**
 * The description of a machine until a person edits it, from the fields that came with its readings. An id that is not a UUID
 * becomes its alias.
 */
export function suggestMachine(
  machineId: string,
  id: string,
  described: unknown,
  factory: SenderFactory,
): MachineInput & { machine_id: string } {
  const fields = (typeof described === 'object' && described !== null ? described : {}) as Record<string, unknown>;
  const line = (value: unknown, max: number, otherwise: string) => nameSchema(max).safeParse(value).data ?? otherwise;
  const isAlias = idKey(id) !== machineId;
  return {
    machine_id: machineId,
    ...(isAlias && { aliases: [id.trim()] }),
    name: line(isAlias ? id.trim().slice(0, 100) : null, 100, `Machine ${machineId.slice(0, 8)}`),
    location: line(fields.location, 100, line(factory.named, 100, 'Unknown')),
    sensor_type: line(fields.sensor_type, 50, 'Unknown'),
    status: 'active',
    ...(factory.owner !== null && { factory_id: factory.owner }),
  };
}

/** About how many readings the payload contains. */
export function countReadings(described: unknown): number {
  if (Array.isArray(described)) return described.length;
  const readings = (described as { readings?: unknown } | null)?.readings;
  return Array.isArray(readings) ? readings.length : 1;
}
