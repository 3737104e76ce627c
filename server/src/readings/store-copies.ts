// What an engine offers beyond the port: snapshots for backup, a check of its data, and both ends of a transfer.

import type { BucketPartial } from './bucket-partials.ts';
import type { ReadingRange, ReadingStore } from './reading-store.ts';
import type { DamageRecords } from './stored-damage.ts';
import type { RollupInterval } from './time-buckets.ts';

export interface StoreSnapshots {
  /**
   * Copies everything into `directory`, which is created if missing. An embedded store that is opened on it answers the
   * same. The embedded engine copies one moment: no reading is appended until `alongside`, which copies the database,
   * has ended. Files are hard-linked if the file system supports it. InfluxDB is copied after `alongside`, while others
   * write to it.
   */
  snapshot(directory: string, alongside: () => Promise<void>): Promise<void>;
  /** Reads everything and compares the rollups with the readings. Each fault is one sentence that names the place. */
  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }>;
}

export type StoredReadings = ReadingStore & StoreSnapshots & DamageRecords;

/** Rollups of one machine. */
export interface MachineRollups {
  /** Number of readings of any metric, by the start of the bucket. */
  readonly readings: ReadonlyMap<number, number>;
  /** The partials of each metric (`metric-index.ts`), ascending. */
  readonly partials: ReadonlyMap<number, readonly BucketPartial[]>;
}

export interface PartialSource {
  /**
   * What is known of each metric in each bucket of an interval, from rollups where these answer exactly. Rejects with
   * `store_unavailable`.
   */
  partials(interval: RollupInterval, range: ReadingRange): Promise<MachineRollups>;
}

export interface TransferTarget extends PartialSource {
  /** Stores rollups whose readings are gone. Rejects with `store_unavailable`. */
  importRollups(interval: RollupInterval, machineId: string, rollups: MachineRollups): Promise<void>;
  /**
   * Records that the store is a copy of `source`. No server may use it before `completeCopy` if it was empty, or if
   * more is copied now (`copies`). Rejects with `conflict` if it holds readings of another origin, or if a server uses
   * the copy.
   */
  claimCopy(source: string, copies: boolean): Promise<void>;
  /** Records that the copy is complete. */
  completeCopy(source: string): Promise<void>;
}
