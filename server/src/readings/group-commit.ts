// Commits everything that has arrived as soon as the previous commit is done. There is one writer and no timer.

import { AppError } from '../errors.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import { withTimeout } from '../with-timeout.ts';
import { concatBatches, EMPTY_BATCH, type ReadingBatch } from './reading-batch.ts';
import type { ReadingStore } from './reading-store.ts';
import { NONE_REFUSED, type RefusedReadings, refusedWithin, withoutRefused } from './refused-readings.ts';

const DEFAULT_MAX_PENDING_READINGS = 200_000;
/**
 * Maximum number of readings of one commit, so that it does not block the event loop. A larger batch is committed
 * alone.
 */
const MAX_COMMIT_READINGS = 50_000;
const RETRY_AFTER_SECONDS = 5;
const CLOSE_WITHIN_MS = 1_000;

interface Waiting {
  batch: ReadingBatch;
  /** Whether the readings were stored for another machine before: nothing is told of them. */
  isCopy: boolean;
  resolve: (refused: readonly RefusedReadings[]) => void;
  reject: (error: AppError) => void;
}

export class GroupCommit {
  readonly #store: ReadingStore;
  readonly #metrics: ProcessMetrics;
  readonly #maxPendingReadings: number;
  readonly #handlers: ((stored: ReadingBatch) => void)[] = [];
  #queue: Waiting[] = [];
  #pendingReadings = 0;
  #committing: Promise<void> | null = null;
  #roomWaiters: (() => void)[] = [];
  #closed = false;

  constructor(
    store: ReadingStore,
    metrics: ProcessMetrics,
    limits: { maxPendingReadings: number } = { maxPendingReadings: DEFAULT_MAX_PENDING_READINGS },
  ) {
    this.#store = store;
    this.#metrics = metrics;
    this.#maxPendingReadings = limits.maxPendingReadings;
  }

  /**
   * Resolves when the batch is durable, with the rows that the store refuses for good. Rejects with `busy` if
   * `maxPendingReadings` are waiting already, so that the caller pushes back, and with `store_unavailable` if the
   * commit failed; then the batch must be sent again. A batch above the bound is accepted if nothing else is waiting.
   * After `close` it rejects with `closed`.
   */
  append(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    return this.#append(batch, false);
  }

  /** As `append`, for readings that are copied from another machine: the handlers are not called. */
  appendCopy(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    return this.#append(batch, true);
  }

  /** Resolves when everything that was appended before is stored or refused. Rejects with `closed` after `close`. */
  async barrier(): Promise<void> {
    if (this.#closed) throw new AppError('closed');
    await this.#enqueue(EMPTY_BATCH, true).catch(() => {});
  }

  #append(batch: ReadingBatch, isCopy: boolean): Promise<readonly RefusedReadings[]> {
    if (this.#closed) return Promise.reject(new AppError('closed'));
    if (batch.length === 0) return Promise.resolve(NONE_REFUSED);
    if (this.#pendingReadings > 0 && this.#pendingReadings + batch.length > this.#maxPendingReadings) {
      return Promise.reject(new AppError('busy', undefined, { retryAfterSeconds: 1 }));
    }
    return this.#enqueue(batch, isCopy);
  }

  #enqueue(batch: ReadingBatch, isCopy: boolean): Promise<readonly RefusedReadings[]> {
    this.#count(batch.length);
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, isCopy, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /**
   * The handler is called after each successful commit with everything that it stored, before the promises of its
   * batches resolve.
   */
  onCommitted(handler: (stored: ReadingBatch) => void): void {
    this.#handlers.push(handler);
  }

  /** Resolves when there is room for more readings. */
  room(): Promise<void> {
    if (this.#pendingReadings < this.#maxPendingReadings) return Promise.resolve();
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /**
   * Refuses new batches and waits a short time for the accepted ones. Their senders have been waited for before, and a
   * store that does not answer must not delay the stop.
   */
  async close(): Promise<void> {
    this.#closed = true;
    await withTimeout(this.#committing, CLOSE_WITHIN_MS);
  }

  async #commitAll(): Promise<void> {
    // Batches that arrive in the same turn of the event loop share the first commit.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#commitNext();
    this.#committing = null;
  }

  async #commitNext(): Promise<void> {
    const group = this.#nextGroup();
    const batch = concatBatches(group.map((waiting) => waiting.batch));
    const endTimer = this.#metrics.commitSeconds.startTimer();
    let failure: AppError | null = null;
    let refused = NONE_REFUSED;
    try {
      refused = await this.#store.append(batch);
      const stored = withoutRefused(batch, refused);
      if (group[0]?.isCopy === false) for (const handler of this.#handlers) handler(stored);
    } catch (cause) {
      failure = new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    endTimer();
    this.#metrics.commitReadings.observe(batch.length);
    this.#count(-batch.length);
    let start = 0;
    for (const waiting of group) {
      const end = start + waiting.batch.length;
      if (failure) waiting.reject(failure);
      else waiting.resolve(refusedWithin(refused, start, end));
      start = end;
    }
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #nextGroup(): Waiting[] {
    let readings = 0;
    let count = 0;
    const isCopy = this.#queue[0]?.isCopy;
    for (const waiting of this.#queue) {
      if (waiting.isCopy !== isCopy) break;
      if (count > 0 && readings + waiting.batch.length > MAX_COMMIT_READINGS) break;
      readings += waiting.batch.length;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  #count(readings: number): void {
    this.#pendingReadings += readings;
    this.#metrics.pendingReadings.set(this.#pendingReadings);
  }
}
