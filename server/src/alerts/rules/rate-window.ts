// The values of one metric over a window of time, for its rate of change. Memory is bounded, whatever the metric sends.

/** Values that follow each other within this part of the window count as one, so that a window has few points. */
const POINTS_PER_WINDOW = 120;

const MS_PER_MINUTE = 60_000;

export class RateWindow {
  readonly windowMs: number;
  /** The oldest first. The first one is the newest that is at least a window older than the last value, or older than that. */
  #timesMs: number[] = [];
  #values: number[] = [];
  #first = 0;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /**
   * Adds a value, not older than the last one, in constant time on average.
   *
   * @param sinceMs values before this time do not count
   * @returns the change since the newest value that is at least a window older, in units per minute; NaN where there is none
   */
  add(atMs: number, value: number, sinceMs: number): number {
    const times = this.#timesMs;
    while (this.#first + 1 < times.length && (times[this.#first + 1] as number) <= atMs - this.windowMs) this.#first++;
    const fromMs = times[this.#first];
    const isCovered = fromMs !== undefined && fromMs <= atMs - this.windowMs && fromMs >= sinceMs;
    const rate = isCovered
      ? ((value - (this.#values[this.#first] as number)) * MS_PER_MINUTE) / (atMs - fromMs)
      : Number.NaN;
    const lastMs = times.at(-1);
    if (lastMs === atMs) this.#values[times.length - 1] = value;
    else if (lastMs === undefined || atMs - lastMs >= this.windowMs / POINTS_PER_WINDOW) {
      times.push(atMs);
      this.#values.push(value);
    }
    if (this.#first >= POINTS_PER_WINDOW) this.#dropOld();
    return rate;
  }

  /** To be stored, and given to `restore`. */
  points(): [atMs: number, value: number][] {
    return this.#timesMs.slice(this.#first).map((atMs, i) => [atMs, this.#values[this.#first + i] as number]);
  }

  restore(points: readonly (readonly [number, number])[]): void {
    this.#timesMs = points.map(([atMs]) => atMs);
    this.#values = points.map(([, value]) => value);
    this.#first = 0;
  }

  /** Once for many values. */
  #dropOld(): void {
    this.#timesMs = this.#timesMs.slice(this.#first);
    this.#values = this.#values.slice(this.#first);
    this.#first = 0;
  }
}
