// What an engine offers beyond the port: copies of what it holds, and a check of it.

import type { ReadingStore } from './reading-store.ts';

export interface StoreFiles {
  /**
   * Puts everything that is stored into `directory` (made if missing), so that an embedded store opened on a copy of it
   * answers alike. The embedded engine copies one moment: `alongside` runs at it, and until that has ended nothing is
   * appended, so what it copies fits; files are hard-linked where the file system can. A real server is copied from
   * after `alongside`, while others write to it.
   */
  snapshot(directory: string, alongside: () => Promise<void>): Promise<void>;
  /** Reads everything and holds the tiers against the readings. Each fault is one sentence that names the place. */
  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }>;
}

export type StoredReadings = ReadingStore & StoreFiles;
