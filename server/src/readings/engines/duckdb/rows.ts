// Readings of one machine as columns, and how repeated timestamps are merged.

import { METRICS } from '@gonsters/contract';

/** Row i was measured at `timestampsMs[i]`; `values[m][i]` is NaN if metric m was not measured. */
export interface Rows {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: readonly Float64Array[];
}

export const NO_ROWS: Rows = {
  length: 0,
  timestampsMs: new Float64Array(0),
  values: METRICS.map(() => new Float64Array(0)),
};

/**
 * Merges into one ascending list without duplicates. The parts, and the rows within a part, are ordered from the oldest
 * to the newest write. For equal timestamps the value written last wins, metric by metric; a metric that is absent in
 * the later row keeps its value.
 */
export function mergeRows(parts: readonly Rows[]): Rows {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length === 0) return NO_ROWS;
  const all = filled.length === 1 ? (filled[0] as Rows) : concatRows(filled);
  return isAscending(all) ? all : sortAndFold(all);
}

/** The rows from `start` (included) to `end` (excluded). They share memory with `rows`. */
export function sliceRows(rows: Rows, start: number, end: number): Rows {
  return {
    length: end - start,
    timestampsMs: rows.timestampsMs.subarray(start, end),
    values: rows.values.map((column) => column.subarray(start, end)),
  };
}

/** Index of the first of `length` ascending times that is not before `timestampMs`. */
export function lowerBound(timestampsMs: Float64Array, length: number, timestampMs: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestampsMs[middle] as number) < timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function concatRows(parts: readonly Rows[]): Rows {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const timestampsMs = new Float64Array(length);
  const values = METRICS.map(() => new Float64Array(length));
  let at = 0;
  for (const part of parts) {
    timestampsMs.set(part.timestampsMs, at);
    for (let m = 0; m < values.length; m++) (values[m] as Float64Array).set(part.values[m] as Float64Array, at);
    at += part.length;
  }
  return { length, timestampsMs, values };
}

function isAscending(rows: Rows): boolean {
  for (let i = 1; i < rows.length; i++) {
    if ((rows.timestampsMs[i] as number) <= (rows.timestampsMs[i - 1] as number)) return false;
  }
  return true;
}

function sortAndFold(all: Rows): Rows {
  const { timestampsMs: times } = all;
  const order = Uint32Array.from({ length: all.length }, (_, i) => i);
  order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  const timestampsMs = new Float64Array(all.length);
  const values = METRICS.map(() => new Float64Array(all.length));
  let length = 0;
  for (const row of order) {
    const time = times[row] as number;
    const isRepeat = length > 0 && timestampsMs[length - 1] === time;
    const target = isRepeat ? length - 1 : length++;
    timestampsMs[target] = time;
    for (let m = 0; m < values.length; m++) {
      const value = (all.values[m] as Float64Array)[row] as number;
      if (!isRepeat || !Number.isNaN(value)) (values[m] as Float64Array)[target] = value;
    }
  }
  return sliceRows({ length, timestampsMs, values }, 0, length);
}
