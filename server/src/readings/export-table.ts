// Readings or buckets of one machine as a table that is read once, for CSV and Parquet files.

import { METRICS, type MetricName } from '@gonsters/contract';
import type { BucketPage, Interval, RawRange, ReadingStore } from './reading-store.ts';
import { INTERVALS_MS } from './reading-store.ts';

const BUCKETS_AT_ONCE = 5_000;

export interface ExportChunk {
  length: number;
  timestampsMs: Float64Array;
  /** One array per column except the first; NaN for no value. */
  values: readonly Float64Array[];
}

export interface ExportTable {
  /** The first column is `timestamp`; the others are numbers. */
  columns: readonly string[];
  /** Ascending by time; to be read once. */
  chunks: AsyncIterable<ExportChunk>;
}

export interface ParquetWriter {
  /**
   * Writes the table into `file`, compressed with zstd. Memory is bounded whatever the size; a temporary file is
   * written next to it. Rejects as reading the table does, and with `store_unavailable` if the file cannot be written.
   */
  write(table: ExportTable, file: string): Promise<void>;
}

export function exportTable(
  store: ReadingStore,
  range: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>,
  interval: Interval | 'raw',
  fields: readonly MetricName[],
): ExportTable {
  const metrics = METRICS.filter((metric) => fields.includes(metric.name));
  if (interval === 'raw') {
    return {
      columns: ['timestamp', ...metrics.map((metric) => metric.csvColumn)],
      chunks: rawChunks(store, range, fields),
    };
  }
  const columns = metrics.flatMap(({ csvColumn: name }) => [name, `${name}_min`, `${name}_max`, `${name}_count`]);
  return { columns: ['timestamp', ...columns], chunks: bucketChunks(store, range, interval, fields) };
}

async function* rawChunks(
  store: ReadingStore,
  range: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>,
  fields: readonly MetricName[],
): AsyncIterable<ExportChunk> {
  for await (const { length, timestampsMs, values } of store.export(range)) {
    yield {
      length,
      timestampsMs,
      values: values.filter((_, m) => fields.includes((METRICS[m] as { name: MetricName }).name)),
    };
  }
}

async function* bucketChunks(
  store: ReadingStore,
  range: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>,
  interval: Interval,
  fields: readonly MetricName[],
): AsyncIterable<ExportChunk> {
  let { fromMs } = range;
  while (fromMs < range.toMs) {
    const query = { ...range, fromMs, interval, order: 'asc', offset: 0, limit: BUCKETS_AT_ONCE } as const;
    const page: BucketPage = await store.buckets(query);
    if (page.length === 0) return;
    yield {
      length: page.length,
      timestampsMs: page.timestampsMs,
      values: METRICS.filter((metric) => fields.includes(metric.name)).flatMap(({ name }) => {
        const { count, sum, min, max } = page.metrics[name];
        return [sum.map((value, i) => value / (count[i] as number)), min, max, count];
      }),
    };
    // Each page begins where the previous one ended, so that every page costs the same.
    fromMs = (page.timestampsMs[page.length - 1] as number) + INTERVALS_MS[interval];
  }
}
