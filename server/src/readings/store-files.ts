// What an embedded engine offers beyond the port, because it owns files: copies of them, and a check of them.

import type { ReadingStore } from './reading-store.ts';

export interface StoreFiles {
  /**
   * Puts everything that is stored at one moment into `directory` (made if missing), so that a store opened on a copy
   * of it answers as this one did at that moment. `alongside` runs at the same moment: until it has ended nothing is
   * appended, so what it copies fits. Files are hard-linked where the file system can.
   */
  snapshot(directory: string, alongside: () => Promise<void>): Promise<void>;
  /** Reads every file whole and holds the tiers against the readings. Each fault is one sentence that names the file. */
  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }>;
}

export type EmbeddedReadingStore = ReadingStore & StoreFiles;
