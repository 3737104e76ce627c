// Counts raises per minute of a range, for the worst 10 minutes.

const MINUTE_MS = 60_000;
const WINDOW_MINUTES = 10;

export class MinuteCounts {
  readonly #fromMinute: number;
  readonly #counts: Uint32Array;

  /** Memory is 4 bytes per minute of the range. */
  constructor(fromMs: number, toMs: number) {
    this.#fromMinute = Math.floor(fromMs / MINUTE_MS);
    this.#counts = new Uint32Array(Math.max(1, Math.ceil(toMs / MINUTE_MS) - this.#fromMinute));
  }

  /** `atMs` within the range. */
  add(atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS) - this.#fromMinute;
    this.#counts[minute] = (this.#counts[minute] ?? 0) + 1;
  }

  /** The most in any 10 minutes of the clock that follow each other. */
  worstTenMinutes(): number {
    let sum = 0;
    let worst = 0;
    for (let i = 0; i < this.#counts.length; i++) {
      sum += this.#counts[i] as number;
      if (i >= WINDOW_MINUTES) sum -= this.#counts[i - WINDOW_MINUTES] as number;
      worst = Math.max(worst, sum);
    }
    return worst;
  }
}
