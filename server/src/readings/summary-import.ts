// What a store offers to a move beyond the port: it takes summaries whose readings are gone, and knows whose copy it is.

import type { BucketPage } from './reading-store.ts';
import type { Tier } from './time-buckets.ts';

export interface SummaryImport {
  /** Stores the buckets of `page` that `rows` names as they are. Rejects with `store_unavailable`. */
  importSummaries(tier: Tier, machineId: string, page: BucketPage, rows: readonly number[]): Promise<void>;
  /**
   * Notes that what is stored is a copy of `source`, which no server may work on before `completeCopy`: where nothing was
   * copied before, or something will be now (`copies`). Rejects with `conflict` where there are readings that are not, or
   * are of another source, or where a server works on the copy.
   */
  claimCopy(source: string, copies: boolean): Promise<void>;
  /** Notes that the copy is whole. */
  completeCopy(source: string): Promise<void>;
}
