// Tracks the running calls of a store. No call begins before the store is opened or after it is closed, and closing
// waits for all.

import { AppError } from '../errors.ts';

export class PendingCalls {
  readonly #calls = new Set<Promise<unknown>>();
  #isOpen = false;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Rejects with `closed` unless the store is open. */
  run<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) return Promise.reject(new AppError('closed'));
    const running = call();
    this.#calls.add(running);
    const forget = () => this.#calls.delete(running);
    running.then(forget, forget);
    return running;
  }

  /** The same for a call that returns its result in parts. It also throws `closed` if the store is closed meanwhile. */
  async *stream<T>(parts: () => AsyncIterable<T>): AsyncIterable<T> {
    if (!this.#isOpen) throw new AppError('closed');
    let end: () => void = () => undefined;
    const call = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#calls.add(call);
    try {
      for await (const part of parts()) {
        yield part;
        if (!this.#isOpen) throw new AppError('closed');
      }
    } finally {
      this.#calls.delete(call);
      end();
    }
  }

  /** Refuses new calls and resolves when all running calls have ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#calls);
  }
}
