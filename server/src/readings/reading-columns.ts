// Many readings as columns of equal length instead of one object per reading.

import { METRIC_NAMES, METRICS, type MetricName, type Reading } from '@gonsters/contract';

/**
 * `length` readings. Row i is machine `machineIds[i]` at `timestampsMs[i]` (whole UTC ms) with the value `values[m][i]`
 * for the m-th metric of the catalogue; NaN means not measured. The receiver owns the columns; they are not changed
 * after they were passed on. No order is implied.
 */
export interface ReadingColumns {
  readonly length: number;
  readonly machineIds: readonly string[];
  readonly timestampsMs: Float64Array;
  readonly values: readonly Float64Array[];
}

export const EMPTY_COLUMNS: ReadingColumns = {
  length: 0,
  machineIds: [],
  timestampsMs: new Float64Array(0),
  values: METRICS.map(() => new Float64Array(0)),
};

/** Grows row by row; `finish` cuts the columns to their length. */
export class ColumnsBuilder {
  #length = 0;
  readonly #machineIds: string[] = [];
  #timestampsMs: Float64Array;
  #values: Float64Array[];

  constructor(capacity = 16) {
    this.#timestampsMs = new Float64Array(capacity);
    this.#values = METRICS.map(() => new Float64Array(capacity));
  }

  get length(): number {
    return this.#length;
  }

  /** `values` in catalogue order, NaN for not measured. */
  add(machineId: string, timestampMs: number, values: ArrayLike<number>): void {
    const row = this.#length;
    if (row === this.#timestampsMs.length) this.#grow();
    this.#machineIds.push(machineId);
    this.#timestampsMs[row] = timestampMs;
    for (let m = 0; m < METRICS.length; m++) (this.#values[m] as Float64Array)[row] = values[m] as number;
    this.#length = row + 1;
  }

  finish(): ReadingColumns {
    return {
      length: this.#length,
      machineIds: this.#machineIds,
      timestampsMs: this.#timestampsMs.subarray(0, this.#length),
      values: this.#values.map((column) => column.subarray(0, this.#length)),
    };
  }

  #grow(): void {
    const capacity = this.#timestampsMs.length * 2;
    const wider = (column: Float64Array) => {
      const next = new Float64Array(capacity);
      next.set(column);
      return next;
    };
    this.#timestampsMs = wider(this.#timestampsMs);
    this.#values = this.#values.map(wider);
  }
}

export function concatColumns(parts: readonly ReadingColumns[]): ReadingColumns {
  if (parts.length === 1) return parts[0] as ReadingColumns;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const machineIds: string[] = [];
  const timestampsMs = new Float64Array(length);
  const values = METRICS.map(() => new Float64Array(length));
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) machineIds.push(part.machineIds[i] as string);
    timestampsMs.set(part.timestampsMs, at);
    for (let m = 0; m < METRICS.length; m++) (values[m] as Float64Array).set(part.values[m] as Float64Array, at);
    at += part.length;
  }
  return { length, machineIds, timestampsMs, values };
}

/** One row as the API returns it; NaN becomes null. */
export function readingAt(columns: ReadingColumns, row: number): Reading {
  const reading: Record<string, string | number | null> = {
    timestamp: new Date(columns.timestampsMs[row] as number).toISOString(),
  };
  for (let m = 0; m < METRIC_NAMES.length; m++) {
    const value = (columns.values[m] as Float64Array)[row] as number;
    reading[METRIC_NAMES[m] as MetricName] = Number.isNaN(value) ? null : value;
  }
  return reading as unknown as Reading;
}

/** Null if there are no readings. */
export function newestTimeOf({ timestampsMs }: ReadingColumns): number | null {
  let newestMs: number | null = null;
  for (const ms of timestampsMs) if (newestMs === null || ms > newestMs) newestMs = ms;
  return newestMs;
}
