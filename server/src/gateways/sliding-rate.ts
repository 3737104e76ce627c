// How many events there are in a second, as the mean of the last minute.

const SLOT_MS = 10_000;
const SLOTS = 6;

export class SlidingRate {
  readonly #counts = new Array<number>(SLOTS).fill(0);
  #firstMs = Number.NaN;
  /** The slot, counted from 1970, that was written last. */
  #slot = 0;

  add(count: number, nowMs: number): void {
    if (Number.isNaN(this.#firstMs)) this.#firstMs = nowMs;
    this.#moveTo(nowMs);
    this.#counts[this.#slot % SLOTS] = (this.#counts[this.#slot % SLOTS] as number) + count;
  }

  perSecond(nowMs: number): number {
    this.#moveTo(nowMs);
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return 0;
    // The oldest slot has begun up to ten seconds less than a minute ago. Before the first minute is over, less is counted.
    const coveredMs = (SLOTS - 1) * SLOT_MS + (nowMs % SLOT_MS);
    return total / (Math.max(1000, Math.min(coveredMs, nowMs - this.#firstMs)) / 1000);
  }

  #moveTo(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    // A clock that was set back begins anew.
    const passed = slot < this.#slot ? SLOTS : Math.min(SLOTS, slot - this.#slot);
    for (let i = 0; i < passed; i++) this.#counts[(slot - i) % SLOTS] = 0;
    if (slot < this.#slot) this.#firstMs = nowMs;
    this.#slot = slot;
  }
}
