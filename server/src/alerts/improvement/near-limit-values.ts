// The values of a series that matter near one limit. What is deep inside it leaves every variant quiet, and is left out.

import { BAD } from '../../readings/reading-batch.ts';
import type { SeriesColumns } from '../backtest/rule-run.ts';
import type { Side } from '../rules/condition.ts';

/** Kept of one series, which bounds the memory and the work. */
const MAX_KEPT = 300_000;

/**
 * Evaluating the kept values raises and clears exactly as evaluating all does, for every rule whose condition clears at `deepEdge` at
 * the latest and after `maxOffDelayMs` at the latest.
 */
export class NearLimitValues {
  readonly #side: Side;
  readonly #deepEdge: number;
  readonly #maxOffDelayMs: number;
  readonly #timesMs: number[] = [];
  readonly #values: number[] = [];
  /** Since when the values are deep inside; NaN while they are not. */
  #deepSinceMs = Number.NaN;
  #isDropping = false;
  /** Older values near the limit were dropped, because there were too many. */
  isCut = false;
  lastMs = Number.NEGATIVE_INFINITY;

  constructor(side: Side, deepEdge: number, maxOffDelayMs: number) {
    this.#side = side;
    this.#deepEdge = deepEdge;
    this.#maxOffDelayMs = maxOffDelayMs;
  }

  add(timestampsMs: Float64Array, values: Float64Array, qualities: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (qualities[i] === BAD || Number.isNaN(value)) continue;
      const atMs = timestampsMs[i] as number;
      this.lastMs = atMs;
      const isDeep = this.#side === 'high' ? value <= this.#deepEdge : value >= this.#deepEdge;
      if (!isDeep) {
        this.#deepSinceMs = Number.NaN;
        this.#isDropping = false;
      } else if (Number.isNaN(this.#deepSinceMs)) this.#deepSinceMs = atMs;
      if (this.#isDropping) continue;
      this.#keep(atMs, value);
      // This value has cleared everything; the next ones change nothing.
      if (isDeep && atMs - this.#deepSinceMs >= this.#maxOffDelayMs) this.#isDropping = true;
    }
  }

  get length(): number {
    return this.#timesMs.length;
  }

  columns(): SeriesColumns {
    return {
      timestampsMs: Float64Array.from(this.#timesMs),
      values: Float64Array.from(this.#values),
      qualities: new Uint8Array(this.#timesMs.length),
      gates: new Map(),
    };
  }

  #keep(atMs: number, value: number): void {
    this.#timesMs.push(atMs);
    this.#values.push(value);
    if (this.#timesMs.length <= MAX_KEPT) return;
    const half = MAX_KEPT / 2;
    this.#timesMs.splice(0, half);
    this.#values.splice(0, half);
    this.isCut = true;
  }
}
