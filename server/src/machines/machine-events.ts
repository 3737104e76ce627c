// The events of machines.

import type { MachineStatus } from '@gonsters/contract';

export type MachineEvent =
  | { kind: 'machine'; change: 'created' | 'updated' | 'deleted'; machineId: string }
  /** The machines' connection became stale, or a person set another status. */
  | { kind: 'machine_status'; machineIds: readonly string[]; status?: MachineStatus }
  /** Readings of these machines were handed over or deleted, so that their newest values are others. */
  | { kind: 'machine_history'; machineIds: readonly string[] }
  /** null where the limits of more than one machine changed. */
  | { kind: 'limits'; machineId: string | null };
