// The calls that a store has not answered yet: none begins before it is opened or after it is closed, and a close waits for all.

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

  /** Rejects with `closed` unless open. */
  run<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) return Promise.reject(new AppError('closed'));
    const running = call();
    this.#calls.add(running);
    const forget = () => this.#calls.delete(running);
    running.then(forget, forget);
    return running;
  }

  /** The same for a call that answers bit by bit; it also ends with `closed` where the store is closed meanwhile. */
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

  /** From now on nothing begins; resolves when everything under way has ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#calls);
  }
}
