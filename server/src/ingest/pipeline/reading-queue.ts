// Readings on their way to the store, with whom to tell when they are durable; what the store refuses is kept and tried again.

import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { ColumnsBuilder } from '../../readings/reading-columns.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { IngestSource } from '../dead-letters/rejection-reason.ts';
import type { IngestReadings } from './ingest-readings.ts';

/** What is decoded in one turn of the event loop, and handed on together. */
interface Batch {
  readonly rows: ColumnsBuilder;
  readonly acknowledge: (() => void)[];
}

/** Readings that wait: past the upper bound nothing more should be read until the lower one is reached. */
const PRESSURE_ROWS = { upper: 100_000, lower: 50_000 } as const;
/** Acknowledgements made at a time: a long row of them must not hold up the event loop. */
const ACKNOWLEDGED_AT_ONCE = 512;
const RETRY_MS = { first: 50, most: 5000 } as const;

export class ReadingQueue {
  readonly #ingest: IngestReadings;
  readonly #source: IngestSource;
  readonly #log: Logger;
  readonly #onPressure: (isHigh: boolean) => void;
  readonly #stopped = new AbortController();
  /** Batches that the store has refused, the oldest first. */
  readonly #held: Batch[] = [];
  #batch = emptyBatch();
  #isFlushDue = false;
  #waitingRows = 0;
  #isPressureHigh = false;
  #settled: (() => void) | null = null;

  constructor(parts: {
    ingest: IngestReadings;
    source: IngestSource;
    log: Logger;
    /** Called with true when nothing more should be read, with false when there is room again. */
    onPressure: (isHigh: boolean) => void;
  }) {
    this.#ingest = parts.ingest;
    this.#source = parts.source;
    this.#log = parts.log;
    this.#onPressure = parts.onPressure;
  }

  /** Where rows are added; the same object until the turn of the event loop is over. */
  get rows(): ColumnsBuilder {
    return this.#batch.rows;
  }

  /** `acknowledge` is called once the rows added so far are durable. `added` of them are new. */
  commit(added: number, acknowledge: () => void): void {
    this.#batch.acknowledge.push(acknowledge);
    this.countWaiting(added);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // What arrives in the same turn of the event loop goes together.
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  /** Rows that wait for something before they can be added count as well. */
  countWaiting(rows: number): void {
    this.#waitingRows += rows;
    if (this.#waitingRows === 0) this.#settled?.();
    const isHigh = this.#waitingRows > (this.#isPressureHigh ? PRESSURE_ROWS.lower : PRESSURE_ROWS.upper);
    if (isHigh === this.#isPressureHigh) return;
    this.#isPressureHigh = isHigh;
    this.#onPressure(isHigh);
  }

  /** Calls `attempt` after a while, with the time to wait before the next one; not after `stop`. */
  retry(waitMs: number, attempt: (nextWaitMs: number) => void): void {
    sleep(waitMs, undefined, { ref: false, signal: this.#stopped.signal }).then(
      () => attempt(Math.min(waitMs * 2, RETRY_MS.most)),
      () => {},
    );
  }

  /** Waits until everything is acknowledged, at most `withinMs`; then gives up what the store did not take. */
  async stop(withinMs: number): Promise<void> {
    if (this.#waitingRows > 0) {
      const settled = new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
      await withTimeout(settled, withinMs);
    }
    this.#stopped.abort();
  }

  #flush(): void {
    // What waits already goes first; new rows gather behind it until the pressure stops the reading.
    if (this.#held.length > 0 || this.#batch.acknowledge.length === 0) return;
    const batch = this.#batch;
    this.#batch = emptyBatch();
    this.#ingest.take(batch.rows.finish(), this.#source).then(
      () => this.#finish(batch),
      (error: unknown) => {
        this.#held.push(batch);
        if (this.#held.length === 1) this.#hold(error, RETRY_MS.first);
      },
    );
  }

  /** Takes the oldest batch again and again; the others follow when it has been stored. */
  #hold(error: unknown, waitMs: number): void {
    if (isAppError(error, 'closed')) return;
    const isBusy = isAppError(error, 'busy');
    if (!isBusy) this.#log.error({ err: error }, 'The store takes no readings; clients wait');
    const takeAgain = (nextWaitMs: number): void => {
      const batch = this.#held[0] as Batch;
      this.#ingest.take(batch.rows.finish(), this.#source).then(
        () => {
          this.#held.shift();
          this.#finish(batch);
          if (this.#held.length > 0) takeAgain(RETRY_MS.first);
          else this.#flush();
        },
        (next: unknown) => this.#hold(next, nextWaitMs),
      );
    };
    if (!isBusy) this.retry(waitMs, takeAgain);
    else void this.#ingest.room().then(() => this.retry(1, () => takeAgain(RETRY_MS.first)));
  }

  #finish(batch: Batch, from = 0): void {
    const { acknowledge } = batch;
    const to = Math.min(from + ACKNOWLEDGED_AT_ONCE, acknowledge.length);
    for (let i = from; i < to; i++) (acknowledge[i] as () => void)();
    if (to < acknowledge.length) setImmediate(() => this.#finish(batch, to));
    else this.countWaiting(-batch.rows.length);
  }
}

const emptyBatch = (): Batch => ({ rows: new ColumnsBuilder(64), acknowledge: [] });
