// Rows of a reply about history, as columns by metric.

import type { ReadingRow, ShownValue } from '@gonsters/contract';
import type { LiveMetrics } from '../live-metrics.ts';
import { BAD, GOOD, type MetricColumn, UNCERTAIN } from './metric-series.ts';
import type { ReadingBatch } from './reading-series.ts';

/** @param metrics the numbers of the wanted metrics */
export function batchOf(rows: readonly ReadingRow[], metrics: readonly number[], names: LiveMetrics): ReadingBatch {
  return new Map(metrics.map((metric) => [metric, columnOf(rows, metric, names)]));
}

function columnOf(rows: readonly ReadingRow[], metric: number, names: LiveMetrics): MetricColumn {
  const name = names.nameOf(metric);
  const timesMs: number[] = [];
  const values: number[] = [];
  const qualities: number[] = [];
  for (const row of rows) {
    const { quality: notGood } = row as { quality?: Record<string, string> };
    const quality = notGood?.[name] === 'bad' ? BAD : notGood?.[name] === 'uncertain' ? UNCERTAIN : GOOD;
    const value = names.valueOf(metric, (row as Record<string, unknown>)[name] as ShownValue | undefined);
    if (Number.isNaN(value) && quality !== BAD) continue;
    timesMs.push(Date.parse(row.timestamp));
    values.push(value);
    qualities.push(quality);
  }
  return { timesMs, values, qualities };
}
