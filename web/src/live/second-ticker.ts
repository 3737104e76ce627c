// One timer for every age on screen, and ages rounded to what is shown of them.

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

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** Below it tenths of a second are shown. */
const TENTHS_BELOW_MS = 10 * SECOND_MS;

/** Never more than `ageMs`, and the same for ages that read the same. */
export function roundAge(ageMs: number): number {
  const stepMs = ageMs < TENTHS_BELOW_MS ? SECOND_MS / 10 : ageMs < MINUTE_MS ? SECOND_MS : MINUTE_MS;
  return Math.floor(ageMs / stepMs) * stepMs;
}
