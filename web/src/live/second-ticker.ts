// One timer for every age on screen.

import { ChangeSignal } from './change-signal.ts';

export class SecondTicker {
  readonly #now: () => number;
  readonly #signal = new ChangeSignal();
  #listeners = 0;
  #timer: ReturnType<typeof setInterval> | null = null;
  #nowMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#nowMs = now();
  }

  /** The same until the next tick. */
  get nowMs(): number {
    return this.#nowMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const end = this.#signal.subscribe(listener);
    if (this.#listeners++ === 0) this.#timer = setInterval(() => this.#tick(), 1000);
    return () => {
      end();
      if (--this.#listeners > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  };

  #tick(): void {
    if (document.hidden) return;
    this.#nowMs = this.#now();
    this.#signal.tell();
  }
}
