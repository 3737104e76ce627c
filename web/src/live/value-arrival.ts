// When new values arrived last, which tells a plant that has fallen silent from one that has never sent anything.

import type { OverviewFrame } from '@gonsters/contract';

export class ValueArrival {
  readonly #now: () => number;
  #lastMs = Number.NaN;
  /** The next overview frame is everything there is rather than what is new. */
  #isSnapshotNext = true;
  #nothingYet = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * NaN before the first. The first frame of a view is what the server had: it counts as of when the newest of it was
   * measured, so that a reload after an hour of silence does not look fresh.
   */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** The plant has never sent a value, as the newest view said. */
  get nothingYet(): boolean {
    return this.#nothingYet;
  }

  expectSnapshot(): void {
    this.#isSnapshotNext = true;
  }

  onOverview(frame: OverviewFrame): void {
    const nowMs = this.#now();
    const seenMs = this.#isSnapshotNext ? Math.min(nowMs, newestOf(frame)) : nowMs;
    this.#isSnapshotNext = false;
    this.#nothingYet = !Number.isFinite(seenMs);
    if (this.#nothingYet) return;
    this.#lastMs = Number.isNaN(this.#lastMs) ? seenMs : Math.max(this.#lastMs, seenMs);
  }

  onDetail(): void {
    this.#lastMs = this.#now();
    this.#nothingYet = false;
  }
}

function newestOf(frame: OverviewFrame): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const timeMs of frame.timestampsMs) newest = Math.max(newest, timeMs);
  return newest;
}
