// How many events there are in a second, as the mean of the last minute.

import { SlidingCount } from './sliding-count.ts';

const SLOT_MS = 10_000;
const SLOTS = 6;

export class SlidingRate {
  readonly #counts = new SlidingCount(SLOT_MS, SLOTS);
  #firstMs = Number.NaN;

  add(count: number, nowMs: number): void {
    if (this.#counts.add(count, nowMs) || Number.isNaN(this.#firstMs)) this.#firstMs = nowMs;
  }

  perSecond(nowMs: number): number {
    const total = this.#counts.total(nowMs);
    if (total === 0) return 0;
    // The oldest slot has begun up to ten seconds less than a minute ago. Before the first minute is over, less is counted.
    const coveredMs = (SLOTS - 1) * SLOT_MS + (nowMs % SLOT_MS);
    return total / (Math.max(1000, Math.min(coveredMs, nowMs - this.#firstMs)) / 1000);
  }
}
