// Stored readings and buckets as the rows of a reply.

import { isoTime, METRIC_NAMES, type MetricName } from '@gonsters/contract';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { BucketPage } from '../readings/reading-store.ts';

export interface Rows {
  length: number;
  row(index: number): Record<string, unknown>;
}

export function rawRows({ length, timestampsMs, values }: ReadingColumns, fields: readonly MetricName[]): Rows {
  const columns = fields.map((name) => [name, values[METRIC_NAMES.indexOf(name)] as Float64Array] as const);
  return {
    length,
    row(index) {
      const row: Record<string, unknown> = { timestamp: isoTime(timestampsMs[index] as number) };
      for (const [name, column] of columns) row[name] = orNull(column[index] as number);
      return row;
    },
  };
}

/** Each metric is its mean; what it was made of stands under `stats`. */
export function bucketRows({ length, timestampsMs, metrics }: BucketPage, fields: readonly MetricName[]): Rows {
  return {
    length,
    row(index) {
      const row: Record<string, unknown> = { timestamp: isoTime(timestampsMs[index] as number) };
      const stats: Record<string, unknown> = {};
      for (const name of fields) {
        const { count, sum, min, max } = metrics[name];
        const readings = count[index] as number;
        row[name] = readings === 0 ? null : (sum[index] as number) / readings;
        stats[name] = { min: orNull(min[index] as number), max: orNull(max[index] as number), count: readings };
      }
      row.stats = stats;
      return row;
    },
  };
}

export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
