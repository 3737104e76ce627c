// The newest value of each metric of one machine. Each value has its own time, because a device may send one value per
// message. Of 2,000 metrics of a plant a machine has few, so only those are kept.

import { type BatchBuilder, GOOD, type ReadingBatch } from './reading-batch.ts';

const FIRST_CAPACITY = 4;

/** Values by position, from 0 to `length` - 1, in ascending order of their metric (`metric-index.ts`). */
export class LatestValues {
  #length = 0;
  #metrics = new Uint16Array(FIRST_CAPACITY);
  #timesMs = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #qualities = new Uint8Array(FIRST_CAPACITY);

  get length(): number {
    return this.#length;
  }

  metricAt(position: number): number {
    return this.#metrics[position] as number;
  }

  /** When the value was measured, UTC ms. */
  timeAt(position: number): number {
    return this.#timesMs[position] as number;
  }

  /** Only a bad value may be NaN. */
  valueAt(position: number): number {
    return this.#values[position] as number;
  }

  qualityAt(position: number): number {
    return this.#qualities[position] as number;
  }

  /** The position of a metric; -1 if it has no value. */
  positionOf(metric: number): number {
    const position = this.#insertionPoint(metric);
    return this.#has(position, metric) ? position : -1;
  }

  /** When the value of a metric was measured, UTC ms; -Infinity if there is none. */
  timeMs(metric: number): number {
    const position = this.positionOf(metric);
    return position < 0 ? Number.NEGATIVE_INFINITY : this.timeAt(position);
  }

  /** NaN if there is none. A bad value is returned like any other. */
  value(metric: number): number {
    const position = this.positionOf(metric);
    return position < 0 ? Number.NaN : this.valueAt(position);
  }

  /** `GOOD` if there is no value. */
  quality(metric: number): number {
    const position = this.positionOf(metric);
    return position < 0 ? GOOD : this.qualityAt(position);
  }

  /** The time of the newest value of any metric; -Infinity if there is none. */
  get newestMs(): number {
    let newestMs = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#length; i++) newestMs = Math.max(newestMs, this.timeAt(i));
    return newestMs;
  }

  /** Replaces the value of a metric, unless that is newer. */
  set(metric: number, timestampMs: number, value: number, quality: number): void {
    this.#setFrom(0, metric, timestampMs, value, quality);
  }

  /** Takes over the values of reading `row`, except those of metrics that have a newer one. */
  merge(readings: ReadingBatch, row: number): void {
    const timestampMs = readings.timestampsMs[row] as number;
    const end = readings.starts[row + 1] as number;
    let position = 0;
    for (let k = readings.starts[row] as number; k < end; k++) {
      const metric = readings.metrics[k] as number;
      position = this.#setFrom(
        position,
        metric,
        timestampMs,
        readings.values[k] as number,
        readings.qualities[k] as number,
      );
      position++;
    }
  }

  /** Removes every value that is newer than `untilMs`. */
  dropNewerThan(untilMs: number): void {
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      if (this.timeAt(i) > untilMs) continue;
      this.#metrics[kept] = this.#metrics[i] as number;
      this.#timesMs[kept] = this.#timesMs[i] as number;
      this.#values[kept] = this.#values[i] as number;
      this.#qualities[kept] = this.#qualities[i] as number;
      kept++;
    }
    this.#length = kept;
  }

  /**
   * Adds the readings that the values belong to, oldest first: one for each time, with the values of that time.
   *
   * @param sinceMs older values are omitted
   */
  addReadings(to: BatchBuilder, machineId: string, sinceMs = Number.NEGATIVE_INFINITY): void {
    const positions: number[] = [];
    for (let i = 0; i < this.#length; i++) if (this.timeAt(i) >= sinceMs) positions.push(i);
    // A stable sort: the values of one time stay in the order of their metrics.
    positions.sort((a, b) => this.timeAt(a) - this.timeAt(b));
    for (const [n, i] of positions.entries()) {
      to.addValue(this.metricAt(i), this.valueAt(i), this.qualityAt(i));
      const next = positions[n + 1];
      if (next === undefined || this.timeAt(next) !== this.timeAt(i)) to.endReading(machineId, this.timeAt(i));
    }
  }

  /** @param expected where the metric is, if readings always have the same metrics. @returns the position of the metric */
  #setFrom(expected: number, metric: number, timestampMs: number, value: number, quality: number): number {
    const position = this.#has(expected, metric) ? expected : this.#insertionPoint(metric);
    if (!this.#has(position, metric)) this.#insert(position, metric);
    if (timestampMs < this.timeAt(position)) return position;
    this.#timesMs[position] = timestampMs;
    this.#values[position] = value;
    this.#qualities[position] = quality;
    return position;
  }

  #has(position: number, metric: number): boolean {
    return position < this.#length && this.#metrics[position] === metric;
  }

  #insertionPoint(metric: number): number {
    let from = 0;
    let to = this.#length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#metrics[middle] as number) < metric) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #insert(position: number, metric: number): void {
    if (this.#length === this.#metrics.length) this.#grow();
    this.#metrics.copyWithin(position + 1, position, this.#length);
    this.#timesMs.copyWithin(position + 1, position, this.#length);
    this.#values.copyWithin(position + 1, position, this.#length);
    this.#qualities.copyWithin(position + 1, position, this.#length);
    this.#metrics[position] = metric;
    this.#timesMs[position] = Number.NEGATIVE_INFINITY;
    this.#length++;
  }

  #grow(): void {
    const capacity = 2 * this.#metrics.length;
    const metrics = new Uint16Array(capacity);
    metrics.set(this.#metrics);
    this.#metrics = metrics;
    const timesMs = new Float64Array(capacity);
    timesMs.set(this.#timesMs);
    this.#timesMs = timesMs;
    const values = new Float64Array(capacity);
    values.set(this.#values);
    this.#values = values;
    const qualities = new Uint8Array(capacity);
    qualities.set(this.#qualities);
    this.#qualities = qualities;
  }
}

/** Takes over the values of the readings from `fromRow` on, into the newest values by machine id. */
export function mergeReadings(into: Map<string, LatestValues>, readings: ReadingBatch, fromRow = 0): void {
  for (let row = fromRow; row < readings.length; row++) {
    const machineId = readings.machineIds[row] as string;
    let latest = into.get(machineId);
    if (latest === undefined) {
      latest = new LatestValues();
      into.set(machineId, latest);
    }
    latest.merge(readings, row);
  }
}

/** The time of the newest reading of each machine. */
export function newestTimesMs({ length, machineIds, timestampsMs }: ReadingBatch): Map<string, number> {
  const newest = new Map<string, number>();
  for (let row = 0; row < length; row++) {
    const machineId = machineIds[row] as string;
    const timestampMs = timestampsMs[row] as number;
    if (timestampMs > (newest.get(machineId) ?? Number.NEGATIVE_INFINITY)) newest.set(machineId, timestampMs);
  }
  return newest;
}
