// The readings of one machine as sorted columns of bounded length, merged from live frames and history.

import { METRICS } from '@gonsters/contract';

/** One hour at ten readings a second. Past it the oldest leave. */
export const SERIES_CAPACITY = 36_000;
const FIRST_ROWS = 1024;

/** Columns of equal length, one per metric in catalogue order; NaN where not measured. */
export interface ReadingBatch {
  readonly timesMs: ArrayLike<number>;
  readonly values: readonly ArrayLike<number>[];
}

/** Who wins where both have a value for the same moment: `newer` replaces, `older` only fills what is missing. */
export type Precedence = 'newer' | 'older';

export class ReadingSeries {
  readonly #capacity: number;
  #timesMs: Float64Array;
  #values: Float32Array[];
  #start = 0;
  #end = 0;

  constructor(capacity: number = SERIES_CAPACITY) {
    this.#capacity = capacity;
    this.#timesMs = new Float64Array(Math.min(FIRST_ROWS, capacity));
    this.#values = METRICS.map(() => new Float32Array(this.#timesMs.length));
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** Ascending, every time once. A view: valid until the next change. */
  get timesMs(): Float64Array {
    return this.#timesMs.subarray(this.#start, this.#end);
  }

  /** Same rows as `timesMs`. A view: valid until the next change. */
  column(metric: number): Float32Array {
    return (this.#values[metric] as Float32Array).subarray(this.#start, this.#end);
  }

  /** One row; in the usual case, newer than all others, it costs a write. */
  add(timeMs: number, valueAt: (metric: number) => number, precedence: Precedence): void {
    if (this.length > 0 && timeMs <= (this.#timesMs[this.#end - 1] as number)) {
      this.#addLate(timeMs, valueAt, precedence);
      return;
    }
    this.#makeRoom();
    this.#write(this.#end++, timeMs, valueAt);
    if (this.length > this.#capacity) this.#start++;
  }

  /** Many rows in any order of time, e.g. history under a chart that is already running. */
  merge(batch: ReadingBatch, precedence: Precedence): void {
    const order = ascending(batch.timesMs);
    if (order.length === 0) return;
    let row = 0;
    const valueAt = (metric: number) => (batch.values[metric] as ArrayLike<number>)[row] as number;
    const first = batch.timesMs[order[0] as number] as number;
    if (this.length === 0 || first > (this.#timesMs[this.#end - 1] as number)) {
      for (row of order) this.add(batch.timesMs[row] as number, valueAt, precedence);
      return;
    }
    const previous = { timesMs: this.timesMs.slice(), values: METRICS.map((_, metric) => this.column(metric).slice()) };
    this.#start = 0;
    this.#end = 0;
    let at = 0;
    const previousValue = (metric: number) => (previous.values[metric] as Float32Array)[at] as number;
    for (row of order) {
      const timeMs = batch.timesMs[row] as number;
      for (; at < previous.timesMs.length && (previous.timesMs[at] as number) <= timeMs; at++) {
        this.add(previous.timesMs[at] as number, previousValue, 'newer');
      }
      this.add(timeMs, valueAt, precedence);
    }
    for (; at < previous.timesMs.length; at++) this.add(previous.timesMs[at] as number, previousValue, 'newer');
  }

  #addLate(timeMs: number, valueAt: (metric: number) => number, precedence: Precedence): void {
    const at = this.#start + lowerBound(this.timesMs, timeMs);
    if (this.#timesMs[at] === timeMs) {
      this.#values.forEach((column, metric) => {
        const value = valueAt(metric);
        if (Number.isNaN(value)) return;
        if (precedence === 'newer' || Number.isNaN(column[at] as number)) column[at] = value;
      });
      return;
    }
    if (this.length >= this.#capacity && at === this.#start) return;
    const before = at - this.#start;
    this.#makeRoom();
    const slot = this.#start + before;
    this.#timesMs.copyWithin(slot + 1, slot, this.#end);
    for (const column of this.#values) column.copyWithin(slot + 1, slot, this.#end);
    this.#end++;
    this.#write(slot, timeMs, valueAt);
    if (this.length > this.#capacity) this.#start++;
  }

  #write(slot: number, timeMs: number, valueAt: (metric: number) => number): void {
    this.#timesMs[slot] = timeMs;
    for (let metric = 0; metric < this.#values.length; metric++) {
      (this.#values[metric] as Float32Array)[slot] = valueAt(metric);
    }
  }

  /** Half as much again as the capacity, so that moving the rows to the front is rare. */
  #makeRoom(): void {
    if (this.#end < this.#timesMs.length) return;
    const most = Math.ceil(this.#capacity * 1.5) + 1;
    const rows = this.#timesMs.length >= most ? most : Math.min(most, this.#timesMs.length * 2);
    const grow = rows > this.#timesMs.length;
    const timesMs = grow ? new Float64Array(rows) : this.#timesMs;
    const values = grow ? METRICS.map(() => new Float32Array(rows)) : this.#values;
    timesMs.set(this.timesMs);
    values.forEach((column, metric) => {
      column.set(this.column(metric));
    });
    this.#timesMs = timesMs;
    this.#values = values;
    this.#end -= this.#start;
    this.#start = 0;
  }
}

/** Index of the first time at or after `timeMs`. */
export function lowerBound(timesMs: ArrayLike<number>, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Row numbers in order of time; rows of the same time keep theirs. */
function ascending(timesMs: ArrayLike<number>): ArrayLike<number> & Iterable<number> {
  const order = Uint32Array.from({ length: timesMs.length }, (_, row) => row);
  for (let row = 1; row < timesMs.length; row++) {
    if ((timesMs[row] as number) < (timesMs[row - 1] as number)) {
      return order.sort((a, b) => (timesMs[a] as number) - (timesMs[b] as number) || a - b);
    }
  }
  return order;
}
