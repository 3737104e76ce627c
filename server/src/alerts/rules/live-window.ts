// How far behind the present a reading of a machine may be and still be live. It depends on how often the machine sends, which is
// measured, or stated by the profile of its gateway.

/** The live window is never shorter. */
export const MIN_LIVE_WINDOW_MS = 120_000;
const GAPS_IN_WINDOW = 3;
/** Readings that arrive within this time are one delivery: a message for each metric, or a backlog sent at once. */
const DELIVERY_MS = 5_000;
/** Gaps between deliveries that the usual gap is calculated from. An outage among them changes little. */
const REMEMBERED_GAPS = 5;
/** The window is stored again after it has changed by more than this share. */
const STORED_AFTER_CHANGE = 0.25;

/** Mutable on purpose: one per machine, and every batch updates it. */
export class LiveWindow {
  ms = MIN_LIVE_WINDOW_MS;
  #deliveryMs = Number.NaN;
  #gapsMs: number[] = [];
  #nextGap = 0;
  #storedMs = MIN_LIVE_WINDOW_MS;
  #statedMs = 0;

  /** @param intervalMs how often the machine sends, as a profile states it; 0 where none does */
  state(intervalMs: number): void {
    if (intervalMs === this.#statedMs) return;
    this.#statedMs = intervalMs;
    this.#measure();
  }

  /** Readings of the machine arrive. @returns whether the window has changed so much that it should be stored */
  recordArrival(arrivedMs: number): boolean {
    const gapMs = arrivedMs - this.#deliveryMs;
    if (gapMs >= 0 && gapMs < DELIVERY_MS) return false;
    this.#deliveryMs = arrivedMs;
    // The first delivery, or the server's clock was set back.
    if (!(gapMs > 0)) return false;
    this.#gapsMs[this.#nextGap] = gapMs;
    this.#nextGap = (this.#nextGap + 1) % REMEMBERED_GAPS;
    if (this.ms === MIN_LIVE_WINDOW_MS && gapMs * GAPS_IN_WINDOW <= MIN_LIVE_WINDOW_MS) return false;
    this.#measure();
    return Math.abs(this.ms - this.#storedMs) > this.#storedMs * STORED_AFTER_CHANGE;
  }

  /** JSON of what must survive a restart; to be stored. */
  toStored(): string {
    this.#storedMs = this.ms;
    return JSON.stringify({ gapsMs: this.#gapsMs });
  }

  /** @param gapsMs as stored */
  restore(gapsMs: readonly number[]): void {
    this.#gapsMs = gapsMs.slice(-REMEMBERED_GAPS);
    this.#nextGap = this.#gapsMs.length % REMEMBERED_GAPS;
    this.#measure();
    this.#storedMs = this.ms;
  }

  /** A single gap may be an outage, so the usual gap is known from the second one on. */
  #measure(): void {
    const sorted = [...this.#gapsMs].sort((a, b) => a - b);
    const median = sorted.length < 2 ? 0 : (sorted[(sorted.length - 1) >> 1] as number);
    this.ms = Math.max(MIN_LIVE_WINDOW_MS, GAPS_IN_WINDOW * median, this.#statedMs);
  }
}
