// Many readings on their way in: a reading is a machine, a time and any number of values.

import { metricNameAt } from '../metric-index.ts';

/** Quality of a value, as OPC UA distinguishes it (Part 8, 6.3). */
export const GOOD = 0;
export const UNCERTAIN = 1;
export const BAD = 2;

/**
 * `length` readings. Reading i is of machine `machineIds[i]` at `timestampsMs[i]` (whole UTC ms). Its values are those from
 * `starts[i]` (included) to `starts[i + 1]` (excluded) in the last three columns: the metric (`metric-index.ts`), the
 * number and the quality. Booleans are 0 and 1, states their code. Only a bad value may be NaN. A metric occurs at most
 * once in a reading, and a reading has at least one value.
 *
 * The receiver owns the columns; they are not changed after they were passed on. No order is implied.
 */
export interface ReadingBatch {
  readonly length: number;
  readonly machineIds: readonly string[];
  readonly timestampsMs: Float64Array;
  /** `length + 1` numbers, ascending. */
  readonly starts: Uint32Array;
  readonly metrics: Uint16Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

export const EMPTY_BATCH: ReadingBatch = {
  length: 0,
  machineIds: [],
  timestampsMs: new Float64Array(0),
  starts: new Uint32Array(1),
  metrics: new Uint16Array(0),
  values: new Float64Array(0),
  qualities: new Uint8Array(0),
};

/** Grows reading by reading; `finish` cuts the columns to their length. */
export class BatchBuilder {
  #length = 0;
  #valueCount = 0;
  readonly #machineIds: string[] = [];
  #timestampsMs: Float64Array;
  #starts: Uint32Array;
  #metrics: Uint16Array;
  #values: Float64Array;
  #qualities: Uint8Array;

  constructor(readings = 16, values = 4 * readings) {
    this.#timestampsMs = new Float64Array(readings);
    this.#starts = new Uint32Array(readings + 1);
    this.#metrics = new Uint16Array(values);
    this.#values = new Float64Array(values);
    this.#qualities = new Uint8Array(values);
  }

  /** Number of readings that were ended. */
  get length(): number {
    return this.#length;
  }

  /** Of a reading that was ended. */
  machineIdAt(row: number): string {
    return this.#machineIds[row] as string;
  }

  /** Number of values of a reading that was ended. */
  valuesAt(row: number): number {
    return (this.#starts[row + 1] as number) - (this.#starts[row] as number);
  }

  /** The numbers of its metrics, of a reading that was ended. A view, valid until the next value is added. */
  metricsAt(row: number): Uint16Array {
    return this.#metrics.subarray(this.#starts[row], this.#starts[row + 1]);
  }

  /** Adds a value to the reading that the next `endReading` names. */
  addValue(metric: number, value: number, quality: number): void {
    const at = this.#valueCount;
    if (at === this.#values.length) this.#growValues();
    this.#metrics[at] = metric;
    this.#values[at] = value;
    this.#qualities[at] = quality;
    this.#valueCount = at + 1;
  }

  /** Number of values since the last `endReading`. */
  get openValues(): number {
    return this.#valueCount - (this.#starts[this.#length] as number);
  }

  /** Makes a reading of the values that were added since the last one. There must be at least one. */
  endReading(machineId: string, timestampMs: number): void {
    if (this.#length === this.#timestampsMs.length) this.#growReadings();
    this.#machineIds.push(machineId);
    this.#timestampsMs[this.#length++] = timestampMs;
    this.#starts[this.#length] = this.#valueCount;
  }

  /** Removes the values that were added since the last reading. */
  dropValues(): void {
    this.#valueCount = this.#starts[this.#length] as number;
  }

  /** Replaces the value of a metric since the last reading, where there is one. */
  replaceValue(metric: number, value: number, quality: number): void {
    for (let k = this.#starts[this.#length] as number; k < this.#valueCount; k++) {
      if (this.#metrics[k] !== metric) continue;
      this.#values[k] = value;
      this.#qualities[k] = quality;
    }
  }

  /** Removes every reading from the `length`-th on, and the values that were added since. */
  truncate(length: number): void {
    this.#length = length;
    this.#machineIds.length = length;
    this.dropValues();
  }

  /** Adds reading `row` of another batch, without the values of some metrics. */
  copyReading(from: ReadingBatch, row: number, without?: ReadonlySet<number>): void {
    const end = from.starts[row + 1] as number;
    for (let k = from.starts[row] as number; k < end; k++) {
      if (without?.has(from.metrics[k] as number)) continue;
      this.addValue(from.metrics[k] as number, from.values[k] as number, from.qualities[k] as number);
    }
    this.endReading(from.machineIds[row] as string, from.timestampsMs[row] as number);
  }

  finish(): ReadingBatch {
    this.dropValues();
    return {
      length: this.#length,
      machineIds: this.#machineIds,
      timestampsMs: this.#timestampsMs.subarray(0, this.#length),
      starts: this.#starts.subarray(0, this.#length + 1),
      metrics: this.#metrics.subarray(0, this.#valueCount),
      values: this.#values.subarray(0, this.#valueCount),
      qualities: this.#qualities.subarray(0, this.#valueCount),
    };
  }

  #growReadings(): void {
    const capacity = 2 * this.#timestampsMs.length;
    const timestampsMs = new Float64Array(capacity);
    timestampsMs.set(this.#timestampsMs);
    this.#timestampsMs = timestampsMs;
    const starts = new Uint32Array(capacity + 1);
    starts.set(this.#starts);
    this.#starts = starts;
  }

  #growValues(): void {
    const capacity = 2 * this.#values.length;
    const metrics = new Uint16Array(capacity);
    metrics.set(this.#metrics);
    this.#metrics = metrics;
    const values = new Float64Array(capacity);
    values.set(this.#values);
    this.#values = values;
    const qualities = new Uint8Array(capacity);
    qualities.set(this.#qualities);
    this.#qualities = qualities;
  }
}

export function concatBatches(parts: readonly ReadingBatch[]): ReadingBatch {
  if (parts.length === 1) return parts[0] as ReadingBatch;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const valueCount = parts.reduce((sum, part) => sum + part.values.length, 0);
  const machineIds: string[] = [];
  const timestampsMs = new Float64Array(length);
  const starts = new Uint32Array(length + 1);
  const metrics = new Uint16Array(valueCount);
  const values = new Float64Array(valueCount);
  const qualities = new Uint8Array(valueCount);
  let row = 0;
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      machineIds.push(part.machineIds[i] as string);
      starts[row + i + 1] = at + (part.starts[i + 1] as number);
    }
    timestampsMs.set(part.timestampsMs, row);
    metrics.set(part.metrics, at);
    values.set(part.values, at);
    qualities.set(part.qualities, at);
    row += part.length;
    at += part.values.length;
  }
  return { length, machineIds, timestampsMs, starts, metrics, values, qualities };
}

/** Copies the readings of the wanted machines. @returns how many were copied */
export function copyReadingsOf(
  from: ReadingBatch,
  into: BatchBuilder,
  isWanted: (machineId: string) => boolean,
): number {
  const before = into.length;
  for (let row = 0; row < from.length; row++) {
    if (isWanted(from.machineIds[row] as string)) into.copyReading(from, row);
  }
  return into.length - before;
}

/** One reading for a log or a list; a bad value has its quality beside it, and NaN becomes null. */
export function readingAt(batch: ReadingBatch, row: number): Record<string, unknown> {
  const reading: Record<string, unknown> = { timestamp: new Date(batch.timestampsMs[row] as number).toISOString() };
  const bad: Record<string, string> = {};
  const end = batch.starts[row + 1] as number;
  for (let k = batch.starts[row] as number; k < end; k++) {
    const value = batch.values[k] as number;
    const name = metricNameAt(batch.metrics[k] as number);
    reading[name] = Number.isNaN(value) ? null : value;
    if (batch.qualities[k] === BAD) bad[name] = 'bad';
  }
  return Object.keys(bad).length === 0 ? reading : { ...reading, quality: bad };
}

/** Null if there are no readings. */
export function newestTimeOf({ timestampsMs }: ReadingBatch): number | null {
  let newestMs: number | null = null;
  for (const ms of timestampsMs) if (newestMs === null || ms > newestMs) newestMs = ms;
  return newestMs;
}
