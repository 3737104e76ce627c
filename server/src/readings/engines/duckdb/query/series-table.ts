// Puts the series of a machine side by side, over one list of times.

import { GOOD } from '../../../reading-batch.ts';
import type { MetricColumn, ReadingTable } from '../../../reading-table.ts';
import { NO_SERIES, READINGS, type Series } from '../series.ts';
import type { SeriesByMetric } from './machine-view.ts';

/** A row for every time at which one of the metrics has a value, or for every reading. */
export function tableOf(series: SeriesByMetric, metrics: readonly number[], everyReading: boolean): ReadingTable {
  const found = metrics.map((metric) => series.get(metric) ?? NO_SERIES);
  const timestampsMs = everyReading ? (series.get(READINGS) ?? NO_SERIES).timestampsMs : unionOfTimes(found);
  return {
    length: timestampsMs.length,
    timestampsMs,
    columns: metrics.map((metric, m) => columnOver(timestampsMs, metric, found[m] as Series)),
  };
}

/** Ascending. */
function unionOfTimes(series: readonly Series[]): Float64Array {
  const longest = series.reduce((a, b) => (b.length > a.length ? b : a), NO_SERIES).timestampsMs;
  if (series.every(({ timestampsMs }) => timestampsMs === longest || isWithin(timestampsMs, longest))) return longest;
  const all = new Float64Array(series.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const { timestampsMs } of series) {
    all.set(timestampsMs, at);
    at += timestampsMs.length;
  }
  all.sort();
  let length = 0;
  for (let i = 0; i < all.length; i++) {
    if (length === 0 || all[i] !== all[length - 1]) all[length++] = all[i] as number;
  }
  return all.subarray(0, length);
}

function isWithin(times: Float64Array, all: Float64Array): boolean {
  let at = 0;
  for (const timestampMs of times) {
    while (at < all.length && (all[at] as number) < timestampMs) at++;
    if (all[at] !== timestampMs) return false;
  }
  return true;
}

/** Every time of the series is in the list. */
function columnOver(timestampsMs: Float64Array, metric: number, series: Series): MetricColumn {
  if (series.length === timestampsMs.length) return { metric, values: series.values, qualities: series.qualities };
  const values = new Float64Array(timestampsMs.length).fill(Number.NaN);
  const qualities = new Uint8Array(timestampsMs.length).fill(GOOD);
  let row = 0;
  for (let i = 0; i < series.length; i++) {
    while (timestampsMs[row] !== series.timestampsMs[i]) row++;
    values[row] = series.values[i] as number;
    qualities[row] = series.qualities[i] as number;
  }
  return { metric, values, qualities };
}
