// Converts stored readings and buckets into the rows of a reply.

import { isoTime, METRIC_NAMES, type MetricName } from '@gonsters/contract';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { BucketPage } from '../readings/reading-store.ts';

/** Rows as JSON text: a reply has up to 100,000 rows, and an object for each would cost as much as the query. */
export interface Rows {
  length: number;
  rowJson(index: number): string;
}

export function rawRows({ length, timestampsMs, values }: ReadingColumns, fields: readonly MetricName[]): Rows {
  const columns = fields.map((name) => [`,"${name}":`, values[METRIC_NAMES.indexOf(name)] as Float64Array] as const);
  return {
    length,
    rowJson(index) {
      let row = timestampJson(timestampsMs[index] as number);
      for (const [key, column] of columns) row += key + numberJson(column[index] as number);
      return `${row}}`;
    },
  };
}

/** The value of each metric is its mean; `stats` has minimum, maximum and count. */
export function bucketRows({ length, timestampsMs, metrics }: BucketPage, fields: readonly MetricName[]): Rows {
  const columns = fields.map((name) => ({ key: `"${name}":`, ...metrics[name] }));
  return {
    length,
    rowJson(index) {
      let row = timestampJson(timestampsMs[index] as number);
      let stats = '';
      for (const { key, count, sum, min, max } of columns) {
        const readings = count[index] as number;
        row += `,${key}${numberJson((sum[index] as number) / readings)}`;
        const least = numberJson(min[index] as number);
        stats += `${stats === '' ? '' : ','}${key}{"min":${least},"max":${numberJson(max[index] as number)},"count":${readings}}`;
      }
      return `${row},"stats":{${stats}}}`;
    },
  };
}

const timestampJson = (timestampMs: number) => `{"timestamp":"${isoTime(timestampMs)}"`;
/** Stored values are finite, or NaN for an absent value. */
const numberJson = (value: number) => (Number.isNaN(value) ? 'null' : String(value));

export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
