// The readings of one machine in memory, in the order in which they arrived. Values of a reading stand next to each other,
// so that an append touches few places of memory.

import type { ReadingBatch } from '../../../reading-batch.ts';
import { lowerBound, mergeSeries, READINGS, type Series } from '../series.ts';

const FIRST_READINGS = 4;
const FIRST_VALUES = 8;

/** Series by metric, `READINGS` included. */
export type MemorySeries = Map<number, Series>;

export class MachineLog {
  #length = 0;
  /** Arrival is almost always the order of time, and then nothing is sorted. */
  #isAscending = true;
  #timestampsMs = new Float64Array(FIRST_READINGS);
  /** Where the values of each reading begin; one more than there are readings. */
  #starts = new Uint32Array(FIRST_READINGS + 1);
  #metrics = new Uint16Array(FIRST_VALUES);
  #values = new Float64Array(FIRST_VALUES);
  #qualities = new Uint8Array(FIRST_VALUES);

  /** Values, duplicates included. */
  get valueCount(): number {
    return this.#starts[this.#length] as number;
  }

  add(batch: ReadingBatch, row: number): void {
    const timestampMs = batch.timestampsMs[row] as number;
    const reading = this.#length;
    if (reading === this.#timestampsMs.length) this.#growReadings();
    if (reading > 0 && timestampMs <= (this.#timestampsMs[reading - 1] as number)) this.#isAscending = false;
    let at = this.#starts[reading] as number;
    const end = batch.starts[row + 1] as number;
    for (let k = batch.starts[row] as number; k < end; k++, at++) {
      if (at === this.#values.length) this.#growValues();
      this.#metrics[at] = batch.metrics[k] as number;
      // Adding 0 makes 0 of -0, which files do not tell apart.
      this.#values[at] = (batch.values[k] as number) + 0;
      this.#qualities[at] = batch.qualities[k] as number;
    }
    this.#timestampsMs[reading] = timestampMs;
    this.#starts[reading + 1] = at;
    this.#length = reading + 1;
  }

  /**
   * Copies, ascending and without duplicates, which later appends do not change. `fromMs` included, `toMs` excluded.
   *
   * @param metrics null for all
   */
  series(metrics: ReadonlySet<number> | null, fromMs: number, toMs: number): MemorySeries {
    const [first, end] = this.#isAscending
      ? [this.#lowerBound(fromMs), this.#lowerBound(toMs)]
      : ([0, this.#length] as const);
    const isWithin = (timestampMs: number) => this.#isAscending || (timestampMs >= fromMs && timestampMs < toMs);
    const counts = new Map<number, number>([[READINGS, 0]]);
    for (let row = first; row < end; row++) {
      if (!isWithin(this.#timestampsMs[row] as number)) continue;
      counts.set(READINGS, (counts.get(READINGS) as number) + 1);
      for (let k = this.#starts[row] as number; k < (this.#starts[row + 1] as number); k++) {
        const metric = this.#metrics[k] as number;
        if (metrics === null || metrics.has(metric)) counts.set(metric, (counts.get(metric) ?? 0) + 1);
      }
    }
    const columns = new Map([...counts].map(([metric, length]) => [metric, new FilledSeries(length)]));
    const readings = columns.get(READINGS) as FilledSeries;
    for (let row = first; row < end; row++) {
      const timestampMs = this.#timestampsMs[row] as number;
      if (!isWithin(timestampMs)) continue;
      readings.add(timestampMs, Number.NaN, 0);
      for (let k = this.#starts[row] as number; k < (this.#starts[row + 1] as number); k++) {
        const column = columns.get(this.#metrics[k] as number);
        column?.add(timestampMs, this.#values[k] as number, this.#qualities[k] as number);
      }
    }
    return new Map([...columns].map(([metric, column]) => [metric, mergeSeries([column])]));
  }

  #lowerBound(timestampMs: number): number {
    return lowerBound(this.#timestampsMs, this.#length, timestampMs);
  }

  #growReadings(): void {
    const timestampsMs = new Float64Array(2 * this.#timestampsMs.length);
    timestampsMs.set(this.#timestampsMs);
    this.#timestampsMs = timestampsMs;
    const starts = new Uint32Array(timestampsMs.length + 1);
    starts.set(this.#starts);
    this.#starts = starts;
  }

  #growValues(): void {
    const values = new Float64Array(2 * this.#values.length);
    values.set(this.#values);
    this.#values = values;
    const metrics = new Uint16Array(values.length);
    metrics.set(this.#metrics);
    this.#metrics = metrics;
    const qualities = new Uint8Array(values.length);
    qualities.set(this.#qualities);
    this.#qualities = qualities;
  }
}

class FilledSeries implements Series {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
  #filled = 0;

  constructor(length: number) {
    this.length = length;
    this.timestampsMs = new Float64Array(length);
    this.values = new Float64Array(length);
    this.qualities = new Uint8Array(length);
  }

  add(timestampMs: number, value: number, quality: number): void {
    const at = this.#filled++;
    this.timestampsMs[at] = timestampMs;
    this.values[at] = value;
    this.qualities[at] = quality;
  }
}
