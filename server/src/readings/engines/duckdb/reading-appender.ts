// Appends readings, and flushes the memtable when it is full, so that its memory is bounded.

import { describeDiskFault } from '../../../disk.ts';
import { isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { PendingCalls } from '../../pending-calls.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import type { CompactionScheduler } from './compaction/compaction-scheduler.ts';
import type { WriteBuffer } from './memtable/write-buffer.ts';
import type { NewestReadings } from './newest-readings.ts';
import { orUnavailable, unavailable } from './unavailable.ts';

/** A full memtable has this many times the values at which a flush begins. Appends then wait for the flush. */
const FULL_AT = 4;

interface Parts {
  readonly writeBuffer: WriteBuffer;
  readonly compactionScheduler: CompactionScheduler;
  readonly newest: NewestReadings;
  readonly calls: PendingCalls;
  readonly log: Logger;
  readonly maxMemtableValues: number;
}

export class ReadingAppender {
  readonly #parts: Parts;
  /** Why the flush that an append waited for failed; null if it succeeded. */
  #flushFault: unknown = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves when the readings are durable. @throws AppError `store_unavailable` */
  async append(batch: ReadingBatch): Promise<void> {
    const { writeBuffer, compactionScheduler, newest, maxMemtableValues } = this.#parts;
    // The append waits for the current job and then for a flush.
    if (this.#isFull) await orUnavailable(() => this.#flushMemtable());
    await orUnavailable(() => writeBuffer.append(batch, () => newest.note(batch)));
    compactionScheduler.noteAppend();
    if (writeBuffer.activeLength > maxMemtableValues && !compactionScheduler.isBusy) this.#flushSoon();
  }

  /** Resolves if readings could be appended now. @throws AppError `store_unavailable` */
  async probe(): Promise<void> {
    try {
      if (this.#isFull && this.#flushFault !== null) throw this.#flushFault;
      await this.#parts.writeBuffer.probe();
    } catch (cause) {
      throw unavailable(cause, describeDiskFault(cause));
    }
  }

  get #isFull(): boolean {
    return this.#parts.writeBuffer.length > FULL_AT * this.#parts.maxMemtableValues;
  }

  async #flushMemtable(): Promise<void> {
    try {
      await this.#parts.compactionScheduler.flush();
      this.#flushFault = null;
    } catch (error) {
      this.#flushFault = error;
      throw error;
    }
  }

  #flushSoon(): void {
    const { calls, compactionScheduler, log } = this.#parts;
    const flush = calls.run(() => compactionScheduler.flush());
    flush.catch((err: unknown) => {
      // The journal still holds what a stop interrupted.
      if (isAppError(err, 'closed')) return;
      log.error({ err }, 'Readings could not be flushed to a file. The next background job tries again');
    });
  }
}
