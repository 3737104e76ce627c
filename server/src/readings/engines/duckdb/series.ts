// The values of one metric of one machine as columns, and how repeated timestamps are merged.

/**
 * Number of the series that has a row without a value for every reading of a machine, whatever it measured. Its name in
 * files is empty. Other series have the number of their metric (`metric-index.ts`).
 */
export const READINGS = -1;

/** Value i was measured at `timestampsMs[i]`. It is NaN only if it is bad, or in the series of all readings. */
export interface Series {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

export const NO_SERIES: Series = {
  length: 0,
  timestampsMs: new Float64Array(0),
  values: new Float64Array(0),
  qualities: new Uint8Array(0),
};

/**
 * Merges into one ascending list without duplicates. The parts, and the values within a part, are ordered from the
 * oldest to the newest write. For equal timestamps the value written last wins, with its quality.
 */
export function mergeSeries(parts: readonly Series[]): Series {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length === 0) return NO_SERIES;
  const all = filled.length === 1 ? (filled[0] as Series) : concatSeries(filled);
  return isAscending(all) ? all : sortAndFold(all);
}

/** The values from `start` (included) to `end` (excluded). They share memory with `series`. */
function sliceSeries(series: Series, start: number, end: number): Series {
  return {
    length: end - start,
    timestampsMs: series.timestampsMs.subarray(start, end),
    values: series.values.subarray(start, end),
    qualities: series.qualities.subarray(start, end),
  };
}

/** The values from `fromMs` (included) to `toMs` (excluded) of an ascending series. They share memory with `series`. */
export function seriesWithin(series: Series, fromMs: number, toMs: number): Series {
  const start = lowerBound(series.timestampsMs, series.length, fromMs);
  return sliceSeries(series, start, Math.max(start, lowerBound(series.timestampsMs, series.length, toMs)));
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

function concatSeries(parts: readonly Series[]): Series {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const timestampsMs = new Float64Array(length);
  const values = new Float64Array(length);
  const qualities = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    timestampsMs.set(part.timestampsMs.subarray(0, part.length), at);
    values.set(part.values.subarray(0, part.length), at);
    qualities.set(part.qualities.subarray(0, part.length), at);
    at += part.length;
  }
  return { length, timestampsMs, values, qualities };
}

function isAscending({ length, timestampsMs }: Series): boolean {
  for (let i = 1; i < length; i++) {
    if ((timestampsMs[i] as number) <= (timestampsMs[i - 1] as number)) return false;
  }
  return true;
}

function sortAndFold(all: Series): Series {
  const { timestampsMs: times } = all;
  const order = Uint32Array.from({ length: all.length }, (_, i) => i);
  order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  const timestampsMs = new Float64Array(all.length);
  const values = new Float64Array(all.length);
  const qualities = new Uint8Array(all.length);
  let length = 0;
  for (const row of order) {
    const time = times[row] as number;
    const target = length > 0 && timestampsMs[length - 1] === time ? length - 1 : length++;
    timestampsMs[target] = time;
    values[target] = all.values[row] as number;
    qualities[target] = all.qualities[row] as number;
  }
  return sliceSeries({ length, timestampsMs, values, qualities }, 0, length);
}
