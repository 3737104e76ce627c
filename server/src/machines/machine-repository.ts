// The port to the stored machines and their own limits.

import type { MachineInput, MachineLimits, MachinePatch, MachineStatus } from '@gonsters/contract';

/** A machine as stored; times are UTC ms. */
export interface MachineRecord {
  id: string;
  name: string;
  location: string;
  sensorType: string;
  status: MachineStatus;
  createdAtMs: number;
  updatedAtMs: number;
}

/** Names are unique, compared without regard to case. */
export interface MachineRepository {
  all(): Promise<MachineRecord[]>;
  /** Those of the given ids that exist, in any order. */
  some(ids: readonly string[]): Promise<MachineRecord[]>;
  /** All or nothing. Rejects with `name_taken`. `ids`, where given, are the new machines' ids, in order. */
  create(inputs: readonly MachineInput[], ids?: readonly string[]): Promise<MachineRecord[]>;
  /** Rejects with `not_found`, `name_taken`. */
  update(id: string, patch: MachinePatch): Promise<MachineRecord>;
  /** Rejects with `not_found`. Its limits go too; its alerts stay, with its last name and place. */
  delete(id: string): Promise<void>;
  /** Overrides by machine id, or by sensor type; a missing entry overrides nothing. */
  allLimits(): Promise<{
    machines: Map<string, MachineLimits>;
    sensorTypes: Map<string, MachineLimits>;
  }>;
  /** Replaces the overrides of one machine or of one sensor type. */
  saveLimits(owner: { machineId: string } | { sensorType: string }, limits: MachineLimits): Promise<void>;
}
