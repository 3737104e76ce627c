// How far behind now a machine's reading may be and still be live: it follows from how often the machine is heard.

/** The live window is never shorter. */
export const MIN_LIVE_WINDOW_MS = 120_000;
const GAPS_IN_WINDOW = 3;
/** What arrives within this time is one delivery: a message for each metric, or a backlog that is sent all at once. */
const DELIVERY_MS = 5_000;
/** Gaps between deliveries that are remembered: an outage among them is an exception, not what is usual. */
const REMEMBERED_GAPS = 5;
/** What is stored is stored anew where the window has changed by more than this share. */
const STORED_ANEW_BEYOND = 0.25;

/** Mutable on purpose: one per machine, touched by every batch. */
export class LiveWindow {
  /** How far behind now a live reading may be. */
  ms = MIN_LIVE_WINDOW_MS;
  #deliveryMs = Number.NaN;
  #gapsMs: number[] = [];
  #nextGap = 0;
  #storedMs = MIN_LIVE_WINDOW_MS;

  /** Something of the machine arrived. @returns whether the window has changed so much that it should be stored */
  arrived(arrivedMs: number): boolean {
    const gapMs = arrivedMs - this.#deliveryMs;
    if (gapMs >= 0 && gapMs < DELIVERY_MS) return false;
    this.#deliveryMs = arrivedMs;
    // The first one, or the server's clock was set back.
    if (!(gapMs > 0)) return false;
    this.#gapsMs[this.#nextGap] = gapMs;
    this.#nextGap = (this.#nextGap + 1) % REMEMBERED_GAPS;
    if (this.ms === MIN_LIVE_WINDOW_MS && gapMs * GAPS_IN_WINDOW <= MIN_LIVE_WINDOW_MS) return false;
    this.#measure();
    return Math.abs(this.ms - this.#storedMs) > this.#storedMs * STORED_ANEW_BEYOND;
  }

  /** JSON of what must survive a restart. */
  store(): string {
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

  /** A single gap may be an outage: what is usual is known from the second one on. */
  #measure(): void {
    const sorted = [...this.#gapsMs].sort((a, b) => a - b);
    const median = sorted.length < 2 ? 0 : (sorted[(sorted.length - 1) >> 1] as number);
    this.ms = Math.max(MIN_LIVE_WINDOW_MS, GAPS_IN_WINDOW * median);
  }
}
