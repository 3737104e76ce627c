// The port to the stored machines, and to the limits that they override.

import type { MachineInput, MachineLimits, MachinePatch, MachineStatus } from '@gonsters/contract';

/** A machine as stored. Times are UTC ms. */
export interface MachineRecord {
  id: string;
  name: string;
  location: string;
  sensorType: string;
  status: MachineStatus;
  createdAtMs: number;
  updatedAtMs: number;
}

/**
 * Names are unique, compared without regard to case. Changes are durable when the promise resolves. Every method rejects
 * with `store_unavailable` while the database cannot be reached.
 */
export interface MachineRepository {
  /** All machines, the oldest first. */
  all(): Promise<MachineRecord[]>;
  /** The machines with these ids, in any order; ids that do not exist are left out. */
  some(ids: readonly string[]): Promise<MachineRecord[]>;
  /**
   * Creates all machines or none, and resolves with them in the order of `inputs`. `ids` are the ids of the new machines, in
   * the same order; without them the repository chooses. Rejects with `name_taken`, and with `conflict` for an id in use.
   */
  create(inputs: readonly MachineInput[], ids?: readonly string[]): Promise<MachineRecord[]>;
  /** Rejects with `not_found` or `name_taken`. */
  update(id: string, patch: MachinePatch): Promise<MachineRecord>;
  /** Deletes its limits and what else it overrides too; its alerts stay, with its last name and location. Rejects with `not_found`. */
  delete(id: string): Promise<void>;
  /** The limits of machines by their id. A missing entry overrides nothing. */
  allLimits(): Promise<Map<string, MachineLimits>>;
  /** Replaces the limits of one machine. */
  saveLimits(machineId: string, limits: MachineLimits): Promise<void>;
}
