// Loads the newest stored readings at the start. If the store is not available, the start continues and they are loaded
// as soon as it is.

import { isAppError } from '../errors.ts';
import { EMPTY_BATCH, type ReadingBatch } from './reading-batch.ts';
import type { ReadingStore } from './reading-store.ts';

const AGAIN_AFTER_MS = 2_000;

export class NewestAtStart {
  readonly #store: Pick<ReadingStore, 'latest'>;
  readonly #onLate: (latest: ReadingBatch) => void;
  readonly #againAfterMs: number;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  /** `onLate` receives the readings if `load` could not return them. */
  constructor(
    store: Pick<ReadingStore, 'latest'>,
    onLate: (latest: ReadingBatch) => void,
    againAfterMs = AGAIN_AFTER_MS,
  ) {
    this.#store = store;
    this.#onLate = onLate;
    this.#againAfterMs = againAfterMs;
  }

  /** Empty if the store is not available at the moment. */
  async load(): Promise<ReadingBatch> {
    try {
      return await this.#store.latest();
    } catch (error) {
      if (!isAppError(error, 'store_unavailable')) throw error;
      this.#tryLater();
      return EMPTY_BATCH;
    }
  }

  /** Safe twice. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #tryLater(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(async () => {
      try {
        this.#onLate(await this.#store.latest());
      } catch {
        this.#tryLater();
      }
    }, this.#againAfterMs);
    this.#timer.unref();
  }
}
