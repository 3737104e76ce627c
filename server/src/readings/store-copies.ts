// What an engine offers beyond the port: copies of what it holds, and a check of it.

import type { BucketPage, ReadingStore } from './reading-store.ts';
import type { RollupInterval } from './time-buckets.ts';

export interface StoreSnapshots {
  /**
   * Puts everything that is stored into `directory` (made if missing), so that an embedded store opened on a copy of it
   * answers alike. The embedded engine copies one moment: `alongside` runs at it, and until that has ended nothing is
   * appended, so what it copies fits; files are hard-linked where the file system can. A real server is copied from
   * after `alongside`, while others write to it.
   */
  snapshot(directory: string, alongside: () => Promise<void>): Promise<void>;
  /** Reads everything and holds the rollups against the readings. Each fault is one sentence that names the place. */
  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }>;
}

export type StoredReadings = ReadingStore & StoreSnapshots;

export interface TransferTarget {
  /** Stores the buckets of `page` that `rows` names as they are. Rejects with `store_unavailable`. */
  importRollups(interval: RollupInterval, machineId: string, page: BucketPage, rows: readonly number[]): Promise<void>;
  /**
   * Notes that what is stored is a copy of `source`, which no server may work on before `completeCopy`: where nothing was
   * copied before, or something will be now (`copies`). Rejects with `conflict` where there are readings that are not, or
   * are of another source, or where a server works on the copy.
   */
  claimCopy(source: string, copies: boolean): Promise<void>;
  /** Notes that the copy is whole. */
  completeCopy(source: string): Promise<void>;
}
