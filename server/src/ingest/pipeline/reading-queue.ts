// Decoded readings that wait for the store, with the callbacks that acknowledge them. Batches that the store cannot take are retried.

import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { BatchBuilder } from '../../readings/reading-batch.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { IngestSource } from '../dead-letters/rejection-reason.ts';
import type { IngestReadings } from './ingest-readings.ts';

/** Readings that were decoded in one turn of the event loop and are stored together. */
interface Batch {
  readonly rows: BatchBuilder;
  readonly acknowledge: (() => void)[];
}

/** Waiting readings. Above the upper bound the source is paused until the lower bound is reached. */
const PRESSURE_ROWS = { upper: 100_000, lower: 50_000 } as const;
/** Acknowledgements in one turn of the event loop, so that many of them do not block it. */
const ACKNOWLEDGEMENTS_PER_TURN = 512;
const RETRY_MS = { first: 50, max: 5000 } as const;

export class ReadingQueue {
  readonly #ingest: Pick<IngestReadings, 'store' | 'waitForRoom'>;
  readonly #source: IngestSource;
  readonly #log: Logger;
  readonly #onPressure: (isHigh: boolean) => void;
  readonly #stopped = new AbortController();
  /** Batches that the store has refused, the oldest first. */
  readonly #refused: Batch[] = [];
  #batch = emptyBatch();
  #isFlushDue = false;
  #waitingRows = 0;
  #isPressureHigh = false;
  #onDrained: (() => void) | null = null;

  constructor(deps: {
    ingest: Pick<IngestReadings, 'store' | 'waitForRoom'>;
    source: IngestSource;
    log: Logger;
    /** Called with true when the source should be paused, with false when it may continue. */
    onPressure: (isHigh: boolean) => void;
  }) {
    this.#ingest = deps.ingest;
    this.#source = deps.source;
    this.#log = deps.log;
    this.#onPressure = deps.onPressure;
  }

  /** Decoded rows are added here. The same object until the end of the turn of the event loop. */
  get rows(): BatchBuilder {
    return this.#batch.rows;
  }

  /** `acknowledge` is called once the rows that were added so far are durable. `added` is the number of new ones. */
  commit(added: number, acknowledge: () => void): void {
    this.#batch.acknowledge.push(acknowledge);
    this.countWaiting(added);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // Messages that arrive in the same turn of the event loop are stored together.
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  /** Changes the number of waiting rows. Rows that cannot be added yet are counted as well. */
  countWaiting(rows: number): void {
    this.#waitingRows += rows;
    if (this.#waitingRows === 0) this.#onDrained?.();
    const isHigh = this.#waitingRows > (this.#isPressureHigh ? PRESSURE_ROWS.lower : PRESSURE_ROWS.upper);
    if (isHigh === this.#isPressureHigh) return;
    this.#isPressureHigh = isHigh;
    this.#onPressure(isHigh);
  }

  /** Calls `attempt` after `waitMs` with the wait before the next attempt. Does not call it after `stop`. */
  retry(waitMs: number, attempt: (nextWaitMs: number) => void): void {
    sleep(waitMs, undefined, { ref: false, signal: this.#stopped.signal }).then(
      () => attempt(Math.min(waitMs * 2, RETRY_MS.max)),
      () => {},
    );
  }

  /** Waits at most `withinMs` until everything is acknowledged. What is not stored by then is dropped without acknowledgement. */
  async stop(withinMs: number): Promise<void> {
    if (this.#waitingRows > 0) {
      const drained = new Promise<void>((resolve) => {
        this.#onDrained = resolve;
      });
      await withTimeout(drained, withinMs);
    }
    this.#stopped.abort();
  }

  #flush(): void {
    // Refused batches are stored first; new rows wait behind them until the source is paused.
    if (this.#refused.length > 0 || this.#batch.acknowledge.length === 0) return;
    const batch = this.#batch;
    this.#batch = emptyBatch();
    this.#ingest.store(batch.rows.finish(), this.#source).then(
      () => this.#finish(batch),
      (error: unknown) => {
        this.#refused.push(batch);
        if (this.#refused.length === 1) this.#retryOldest(error, RETRY_MS.first);
      },
    );
  }

  /** Stores the oldest refused batch again until that succeeds, then the others. */
  #retryOldest(error: unknown, waitMs: number): void {
    if (isAppError(error, 'closed')) return;
    const isBusy = isAppError(error, 'busy');
    if (!isBusy) this.#log.error({ err: error }, 'The store of readings accepts no readings; senders wait');
    const storeAgain = (nextWaitMs: number): void => {
      const batch = this.#refused[0] as Batch;
      this.#ingest.store(batch.rows.finish(), this.#source).then(
        () => {
          this.#refused.shift();
          this.#finish(batch);
          if (this.#refused.length > 0) storeAgain(RETRY_MS.first);
          else this.#flush();
        },
        (next: unknown) => this.#retryOldest(next, nextWaitMs),
      );
    };
    if (!isBusy) this.retry(waitMs, storeAgain);
    else void this.#ingest.waitForRoom().then(() => this.retry(1, () => storeAgain(RETRY_MS.first)));
  }

  #finish(batch: Batch, from = 0): void {
    const { acknowledge } = batch;
    const to = Math.min(from + ACKNOWLEDGEMENTS_PER_TURN, acknowledge.length);
    for (let i = from; i < to; i++) (acknowledge[i] as () => void)();
    if (to < acknowledge.length) setImmediate(() => this.#finish(batch, to));
    else this.countWaiting(-batch.rows.length);
  }
}

const emptyBatch = (): Batch => ({ rows: new BatchBuilder(64), acknowledge: [] });
