// Commits what has arrived as soon as the previous commit is done: one writer, no timer.

import type { ProcessMetrics } from '../process-metrics.ts';
import type { ReadingColumns } from './reading-columns.ts';
import type { ReadingStore } from './reading-store.ts';

export declare class GroupCommit {
  constructor(store: ReadingStore, metrics: ProcessMetrics, limits?: { maxPendingReadings: number });
  /**
   * Resolves when the batch is durable. Rejects at once with `busy` where `maxPendingReadings` wait already (the
   * caller pushes back), and with `store_unavailable` where the commit failed: then nothing of the batch is stored.
   */
  append(batch: ReadingColumns): Promise<void>;
  /** Called after each successful commit with everything that it stored, before the promises of its batches resolve. */
  onCommitted(handler: (stored: ReadingColumns) => void): void;
  /** Resolves as soon as there is room again. */
  room(): Promise<void>;
  /** Refuses new batches and waits for those taken. */
  close(): Promise<void>;
}
