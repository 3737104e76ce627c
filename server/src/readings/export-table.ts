// Readings or buckets of one machine as a table that is read once, for CSV and Parquet files.

import { type BucketInterval, bucketGrid } from './bucket-grid.ts';
import { convertPage, convertTable } from './display-units.ts';
import { bucketsOf, mergeTable, storedMetrics } from './merged-metrics.ts';
import { csvColumns, type QueriedMetric, wantsEveryReading } from './queried-metric.ts';
import type { BucketColumn, BucketPage, ReadingRange, ReadingStore } from './reading-store.ts';
import { goodValues } from './reading-table.ts';
import { stateName } from './shown-metrics.ts';

const BUCKETS_AT_ONCE = 5_000;

/** `number`: a number. `boolean`: 0 or 1. `text`: the code of a text in `texts`. NaN is no value in each of them. */
export interface ExportColumn {
  readonly name: string;
  readonly type: 'number' | 'boolean' | 'text';
  /** The text of a code. */
  readonly textOf?: (code: number) => string;
}

export interface ExportChunk {
  length: number;
  timestampsMs: Float64Array;
  /** One array per column except the first. */
  values: readonly Float64Array[];
}

export interface ExportTable {
  /** The columns after the first one, which is `timestamp`. */
  columns: readonly ExportColumn[];
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

export interface ExportQuery extends ReadingRange {
  metrics: readonly QueriedMetric[];
  /** Days, weeks and months are those of this zone. */
  zone: string;
  /** How long a state holds without a further value, ms. */
  holdMs: number;
}

export function exportTable(store: ReadingStore, query: ExportQuery, interval: BucketInterval | 'raw'): ExportTable {
  const names = csvColumns(query.metrics);
  if (interval === 'raw') {
    const columns = query.metrics.map((metric, i) => ({ name: names[i] as string, ...valueType(metric) }));
    return { columns, chunks: rawChunks(store, query) };
  }
  const parts = query.metrics.map((metric, i) => bucketParts(metric, names[i] as string));
  return {
    columns: parts.flatMap((columns) =>
      columns.map(({ name, type, textOf }) => ({ name, type, ...(textOf && { textOf }) })),
    ),
    chunks: bucketChunks(store, query, interval, parts),
  };
}

function valueType(metric: QueriedMetric): Omit<ExportColumn, 'name'> {
  if (metric.kind === 'state') return { type: 'text', textOf: (code) => stateName(metric.states, code) };
  return { type: metric.kind === 'boolean' ? 'boolean' : 'number' };
}

async function* rawChunks(store: ReadingStore, query: ExportQuery): AsyncIterable<ExportChunk> {
  const metrics = storedMetrics(query.metrics);
  for await (const table of store.export({ ...query, metrics })) {
    const { length, timestampsMs, columns } = convertTable(mergeTable(table, query.metrics), query.metrics);
    // A bad value is no value in a file, because a cell cannot say that it is bad.
    yield { length, timestampsMs, values: columns.map(goodValues) };
  }
}

interface BucketPart extends ExportColumn {
  readonly valuesOf: (column: BucketColumn) => Float64Array;
}

function bucketParts(metric: QueriedMetric, name: string): BucketPart[] {
  const number = (suffix: string, valuesOf: BucketPart['valuesOf']): BucketPart => ({
    name: `${name}${suffix}`,
    type: 'number',
    valuesOf,
  });
  const count = number('_count', (column) => column.count);
  const secondsIn = (code: number) => (column: BucketColumn) =>
    (column.durations.get(code) ?? new Float64Array(column.count.length)).map((ms) => ms / 1000);
  switch (metric.kind) {
    case 'gauge':
      return [
        number('', meanOf),
        number('_min', (column) => column.min),
        number('_max', (column) => column.max),
        count,
      ];
    case 'counter':
      return [number('', (column) => column.increase), number('_last', (column) => column.last), count];
    case 'boolean':
      return [number('_true_s', secondsIn(1)), number('_false_s', secondsIn(0)), count];
    case 'state':
      return [...metric.states.map((state, code) => number(`_${slugOf(state)}_s`, secondsIn(code))), count];
  }
}

/** NaN where there is no value. */
export function meanOf({ sum, count }: BucketColumn): Float64Array {
  return sum.map((value, i) => value / (count[i] as number));
}

const slugOf = (state: string) => state.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');

async function* bucketChunks(
  store: ReadingStore,
  query: ExportQuery,
  interval: BucketInterval,
  parts: readonly (readonly BucketPart[])[],
): AsyncIterable<ExportChunk> {
  const grid = bucketGrid(interval, query.zone);
  let { fromMs } = query;
  while (fromMs < query.toMs) {
    const stored: BucketPage = await bucketsOf(store, {
      ...query,
      fromMs,
      grid,
      everyReading: wantsEveryReading(query.metrics),
      order: 'asc',
      offset: 0,
      limit: BUCKETS_AT_ONCE,
    });
    if (stored.length === 0) return;
    const page = convertPage(stored, query.metrics);
    yield {
      length: page.length,
      timestampsMs: page.timestampsMs,
      values: page.columns.flatMap((column, i) => (parts[i] ?? []).map(({ valuesOf }) => valuesOf(column))),
    };
    // Each page begins where the previous one ended, so that every page costs the same.
    fromMs = grid.endOf(page.timestampsMs[page.length - 1] as number);
  }
}
