// The newest stored readings for the start, or as soon as a store that is away is back: the start does not wait for it.

import { isAppError } from '../errors.ts';
import { EMPTY_COLUMNS, type ReadingColumns } from './reading-columns.ts';
import type { ReadingStore } from './reading-store.ts';

const AGAIN_AFTER_MS = 2_000;

export class NewestAtStart {
  readonly #store: Pick<ReadingStore, 'latest'>;
  readonly #onLate: (latest: ReadingColumns) => void;
  readonly #againAfterMs: number;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  /** `onLate` gets them where `load` could not. */
  constructor(
    store: Pick<ReadingStore, 'latest'>,
    onLate: (latest: ReadingColumns) => void,
    againAfterMs = AGAIN_AFTER_MS,
  ) {
    this.#store = store;
    this.#onLate = onLate;
    this.#againAfterMs = againAfterMs;
  }

  /** Empty where the store cannot be asked at the moment. */
  async load(): Promise<ReadingColumns> {
    try {
      return await this.#store.latest();
    } catch (error) {
      if (!isAppError(error, 'store_unavailable')) throw error;
      this.#tryLater();
      return EMPTY_COLUMNS;
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
