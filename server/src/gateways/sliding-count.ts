// How many events there were in the time just past, in slots of equal length.

export class SlidingCount {
  readonly #slotMs: number;
  readonly #counts: number[];
  /** The slot, counted from 1970, that was written last. */
  #slot = 0;

  /** Counts the last `slots` slots, the present one included. */
  constructor(slotMs: number, slots: number) {
    this.#slotMs = slotMs;
    this.#counts = new Array<number>(slots).fill(0);
  }

  /** @returns whether the clock was set back, so that counting begins anew */
  add(count: number, nowMs: number): boolean {
    const isSetBack = this.#moveTo(nowMs);
    const place = this.#slot % this.#counts.length;
    this.#counts[place] = (this.#counts[place] as number) + count;
    return isSetBack;
  }

  total(nowMs: number): number {
    this.#moveTo(nowMs);
    let total = 0;
    for (const count of this.#counts) total += count;
    return total;
  }

  #moveTo(nowMs: number): boolean {
    const slot = Math.floor(nowMs / this.#slotMs);
    if (slot === this.#slot) return false;
    const isSetBack = slot < this.#slot;
    const slots = this.#counts.length;
    const passed = isSetBack ? slots : Math.min(slots, slot - this.#slot);
    for (let i = 0; i < passed; i++) this.#counts[(slot - i) % slots] = 0;
    this.#slot = slot;
    return isSetBack;
  }
}
