// The port to the stored machines, and to the limits that they override.

import type { MachineInput, MachineLimits, MachinePatch, MachineStatus } from '@gonsters/contract';

/** A machine as stored. Times are UTC ms. */
export interface MachineRecord {
  id: string;
  name: string;
  location: string;
  sensorType: string;
  status: MachineStatus;
  /** When it returns to `statusBefore`; null while its status has no end. */
  statusUntilMs: number | null;
  statusBefore: MachineStatus | null;
  /** In the order in which they were given. */
  aliases: readonly string[];
  /** null: it belongs to every factory. */
  factoryId: string | null;
  /** The machine to which its readings are being handed over: new ones are stored there too. null if there is none. */
  handingTo: string | null;
  createdAtMs: number;
  updatedAtMs: number;
}

/**
 * The ids, aliases and names of two machines are never equal, compared without regard to case. Changes are durable when the promise resolves. Every method rejects
 * with `store_unavailable` while the database cannot be reached.
 */
export interface MachineRepository {
  /** All machines, the oldest first. */
  all(): Promise<MachineRecord[]>;
  /** The machines with these ids, in any order; ids that do not exist are left out. */
  some(ids: readonly string[]): Promise<MachineRecord[]>;
  /**
   * Creates all machines or none, with the timeouts that they override, and resolves with them in the order of `inputs`. An input
   * without `machine_id` gets a random one. Rejects with `name_taken`, `alias_taken`, and with `conflict` for an id in use.
   */
  create(inputs: readonly MachineInput[]): Promise<MachineRecord[]>;
  /** Aliases are replaced as a whole. Rejects with `not_found`, `name_taken` or `alias_taken`. */
  update(id: string, patch: Omit<MachinePatch, 'inactivity_timeout'>): Promise<MachineRecord>;
  /**
   * Deletes its limits, aliases and what else it overrides too; its alerts stay, with its last name and location. With
   * `keepsReadings` it is listed as a deleted machine until a machine with this id is created. Rejects with `not_found`, and with
   * `conflict` while it takes part in a handover of readings.
   */
  delete(id: string, keepsReadings: boolean): Promise<void>;
  /**
   * Sets the status of all these machines or of none. With an end, each returns to the status that it had before the first one
   * with an end. Machines that do not exist are left out.
   */
  setStatus(ids: readonly string[], status: MachineStatus, untilMs: number | null): Promise<void>;
  /** Machines whose status has ended return to the one before. Resolves with their ids. */
  endStatuses(nowMs: number): Promise<string[]>;
  /** The limits of machines by their id. A missing entry overrides nothing. */
  allLimits(): Promise<Map<string, MachineLimits>>;
  /** Replaces the limits of one machine. */
  saveLimits(machineId: string, limits: MachineLimits): Promise<void>;
}
