// The values of one metric of one machine as sorted columns of bounded length, merged from live frames and history.

const FIRST_ROWS = 64;
/** As OPC UA distinguishes quality; live frames have these numbers. */
export const GOOD = 0;
export const UNCERTAIN = 1;
export const BAD = 2;

/** Columns of equal length, in any order of time. Only a bad value may be NaN. */
export interface MetricColumn {
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly qualities: ArrayLike<number>;
}

/** Who wins where both have a value for the same moment: `newer` replaces, `older` only fills what is missing. */
export type Precedence = 'newer' | 'older';

export class MetricSeries {
  #capacity: number;
  #timesMs: Float64Array;
  #values: Float64Array;
  #qualities: Uint8Array;
  #start = 0;
  #end = 0;

  /** @param capacity past it the oldest values leave */
  constructor(capacity: number) {
    this.#capacity = capacity;
    const rows = Math.min(FIRST_ROWS, capacity);
    this.#timesMs = new Float64Array(rows);
    this.#values = new Float64Array(rows);
    this.#qualities = new Uint8Array(rows);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** Ascending, every time once. A view: valid until the next change. */
  get timesMs(): Float64Array {
    return this.#timesMs.subarray(this.#start, this.#end);
  }

  /** Same rows as `timesMs`; so are the qualities. */
  get values(): Float64Array {
    return this.#values.subarray(this.#start, this.#end);
  }

  get qualities(): Uint8Array {
    return this.#qualities.subarray(this.#start, this.#end);
  }

  /** NaN without any. */
  get newestMs(): number {
    return this.length === 0 ? Number.NaN : (this.#timesMs[this.#end - 1] as number);
  }

  setCapacity(capacity: number): void {
    if (capacity === this.#capacity) return;
    const isSmaller = capacity < this.#capacity;
    this.#capacity = capacity;
    this.#start = Math.max(this.#start, this.#end - capacity);
    if (isSmaller) this.#resize(Math.max(Math.min(FIRST_ROWS, capacity), this.length));
  }

  /** One value; in the usual case, newer than all others, it costs a write. */
  add(timeMs: number, value: number, quality: number, precedence: Precedence): void {
    if (this.length > 0 && timeMs <= this.newestMs) {
      this.#addLate(timeMs, value, quality, precedence);
      return;
    }
    this.#makeRoom();
    this.#write(this.#end++, timeMs, value, quality);
    if (this.length > this.#capacity) this.#start++;
  }

  /** Many values, e.g. history under a chart that is already running. */
  merge(column: MetricColumn, precedence: Precedence): void {
    const order = ascending(column.timesMs);
    if (order.length === 0) return;
    const add = (row: number) =>
      this.add(
        column.timesMs[row] as number,
        column.values[row] as number,
        column.qualities[row] as number,
        precedence,
      );
    if (this.length === 0 || (column.timesMs[order[0] as number] as number) > this.newestMs) {
      for (const row of order) add(row);
      return;
    }
    const [times, values, qualities] = [this.timesMs.slice(), this.values.slice(), this.qualities.slice()];
    this.#start = 0;
    this.#end = 0;
    let at = 0;
    const addPrevious = () => {
      this.add(times[at] as number, values[at] as number, qualities[at] as number, 'newer');
      at++;
    };
    for (const row of order) {
      while (at < times.length && (times[at] as number) <= (column.timesMs[row] as number)) addPrevious();
      add(row);
    }
    while (at < times.length) addPrevious();
  }

  #addLate(timeMs: number, value: number, quality: number, precedence: Precedence): void {
    const before = lowerBound(this.timesMs, timeMs);
    if (this.#timesMs[this.#start + before] === timeMs) {
      if (precedence === 'newer') this.#write(this.#start + before, timeMs, value, quality);
      return;
    }
    if (this.length >= this.#capacity && before === 0) return;
    this.#makeRoom();
    const slot = this.#start + before;
    for (const column of [this.#timesMs, this.#values, this.#qualities]) column.copyWithin(slot + 1, slot, this.#end);
    this.#end++;
    this.#write(slot, timeMs, value, quality);
    if (this.length > this.#capacity) this.#start++;
  }

  #write(slot: number, timeMs: number, value: number, quality: number): void {
    this.#timesMs[slot] = timeMs;
    this.#values[slot] = value;
    this.#qualities[slot] = quality;
  }

  /** Half as much again as the capacity, so that moving the rows to the front is rare. */
  #makeRoom(): void {
    if (this.#end < this.#timesMs.length) return;
    const most = Math.ceil(this.#capacity * 1.5) + 1;
    this.#resize(this.#timesMs.length >= most ? most : Math.min(most, this.#timesMs.length * 2));
  }

  #resize(rows: number): void {
    const [from, to] = [this.#start, this.#end];
    const isSame = rows === this.#timesMs.length;
    const timesMs = isSame ? this.#timesMs : new Float64Array(rows);
    const values = isSame ? this.#values : new Float64Array(rows);
    const qualities = isSame ? this.#qualities : new Uint8Array(rows);
    timesMs.set(this.#timesMs.subarray(from, to));
    values.set(this.#values.subarray(from, to));
    qualities.set(this.#qualities.subarray(from, to));
    this.#timesMs = timesMs;
    this.#values = values;
    this.#qualities = qualities;
    this.#start = 0;
    this.#end = to - from;
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
function ascending(timesMs: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: timesMs.length }, (_, row) => row);
  for (let row = 1; row < timesMs.length; row++) {
    if ((timesMs[row] as number) < (timesMs[row - 1] as number)) {
      return order.sort((a, b) => (timesMs[a] as number) - (timesMs[b] as number) || a - b);
    }
  }
  return order;
}
