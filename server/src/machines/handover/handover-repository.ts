// The port to the handovers of readings from one machine to another, and to the machines that were deleted without their readings.

import type { HandoverState, KeptReason } from '@gonsters/contract';

/** A handover as stored. Times are UTC ms. */
export interface HandoverRecord {
  machineId: string;
  successorId: string;
  state: HandoverState;
  totalReadings: number;
  copiedReadings: number;
  /** Readings before this time are copied. */
  copiedUntilMs: number;
  overlappingValues: number;
  kept: KeptReason | null;
  fault: string | null;
  startedAtMs: number;
  updatedAtMs: number;
  finishedAtMs: number | null;
}
export type HandoverProgress = Pick<
  HandoverRecord,
  'totalReadings' | 'copiedReadings' | 'copiedUntilMs' | 'overlappingValues'
>;
export type HandoverResult = { state: 'completed'; kept: KeptReason | null } | { state: 'failed'; fault: string };

/** A machine whose readings were kept when it was deleted. */
export interface DeletedMachineRecord {
  id: string;
  name: string;
  location: string;
  sensorType: string;
  factoryId: string | null;
  aliases: readonly string[];
  deletedAtMs: number;
}

/** Changes are durable when the promise resolves. Every method rejects with `store_unavailable` while the database cannot be reached. */
export interface HandoverRepository {
  /**
   * Gives the aliases of a machine, and `otherAliases` that belong to no machine, to `successorId`, and begins a handover of the
   * readings if `history` says so; one that failed begins again. `inUse` are the other aliases that another machine has. Rejects with
   * `not_found` if the successor does not exist, and with `conflict` if either machine takes part in a running handover, or if the
   * successor would have too many aliases.
   */
  begin(handover: {
    machineId: string;
    successorId: string;
    otherAliases: readonly string[];
    history: boolean;
  }): Promise<{ aliases: string[]; inUse: string[] }>;
  /** The newest handover of a machine. */
  of(machineId: string): Promise<HandoverRecord | null>;
  running(): Promise<HandoverRecord[]>;
  /** @returns false if the handover does not run any more, because the successor was deleted */
  saveProgress(machineId: string, progress: HandoverProgress): Promise<boolean>;
  /** If nothing was kept, the machine is no longer listed as deleted. */
  finish(machineId: string, result: HandoverResult): Promise<void>;
  /** Newest first. */
  deletedMachines(): Promise<DeletedMachineRecord[]>;
  deletedMachine(id: string): Promise<DeletedMachineRecord | null>;
  forgetDeleted(id: string): Promise<void>;
}
