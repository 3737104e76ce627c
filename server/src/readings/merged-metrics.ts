// Queries of metrics into which others were merged. The stored values keep their names, so that a merge can be undone.

import { copyBucket, emptyColumn, mergeOrdered, type ReadMerged } from './merged-buckets.ts';
import type { QueriedMetric } from './queried-metric.ts';
import { BAD, GOOD } from './reading-batch.ts';
import type { BucketColumn, BucketPage, BucketQuery, RawPage, RawQuery, ReadingStore } from './reading-store.ts';
import type { MetricColumn, ReadingTable } from './reading-table.ts';

type OfMetrics<Q> = Omit<Q, 'metrics'> & { metrics: readonly QueriedMetric[] };

/** The stored metrics that belong to those of a query, each once. */
export function storedMetrics(metrics: readonly QueriedMetric[]): number[] {
  return [...new Set(metrics.flatMap(({ metric, merged }) => [metric, ...merged]))];
}

export async function rawOf(store: Pick<ReadingStore, 'raw'>, query: OfMetrics<RawQuery>): Promise<RawPage> {
  const { total, rows } = await store.raw({ ...query, metrics: storedMetrics(query.metrics) });
  return { total, rows: mergeTable(rows, query.metrics) };
}

/** The columns of the metrics, in their order, from a table of `storedMetrics`. */
export function mergeTable(table: ReadingTable, metrics: readonly QueriedMetric[]): ReadingTable {
  const columns = new Map(table.columns.map((column) => [column.metric, column]));
  const of = (metric: number) => columns.get(metric) as MetricColumn;
  return {
    ...table,
    columns: metrics.map(({ metric, merged }) =>
      merged.length === 0 ? of(metric) : firstMeasured(of(metric), merged.map(of)),
    ),
  };
}

function firstMeasured(own: MetricColumn, others: readonly MetricColumn[]): MetricColumn {
  const values = own.values.slice();
  const qualities = own.qualities.slice();
  for (const other of others) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isNaN(values[i]) || qualities[i] !== GOOD) continue;
      values[i] = other.values[i] as number;
      qualities[i] = other.qualities[i] as number;
    }
  }
  return { metric: own.metric, values, qualities };
}

/**
 * A bucket in which only one of the merged metrics has values is that of the metric. Where several have, it is calculated from
 * the single readings, in which the surviving name's value counts at a time that several have. Without them, gauges are added
 * up, and for other kinds the surviving name's bucket counts alone.
 */
export async function bucketsOf(
  store: Pick<ReadingStore, 'raw' | 'buckets'>,
  query: OfMetrics<BucketQuery>,
): Promise<BucketPage> {
  const metrics = query.metrics.flatMap(({ metric, merged, kind }) =>
    [metric, ...merged].map((each) => ({ metric: each, kind })),
  );
  const page = await store.buckets({ ...query, metrics });
  if (metrics.length === query.metrics.length) return page;
  const columns: BucketColumn[] = [];
  let at = 0;
  for (const metric of query.metrics) {
    const parts = page.columns.slice(at, at + 1 + metric.merged.length);
    at += parts.length;
    const read: ReadMerged = (fromMs, toMs) => readMerged(store, query.machineId, metric, fromMs, toMs);
    if (parts.length === 1) columns.push(parts[0] as BucketColumn);
    else if (metric.kind === 'gauge') columns.push(await mergeGauges(parts, page, query, read));
    else columns.push(await mergeOrdered(metric, parts, page, query, read));
  }
  return { ...page, columns };
}

async function readMerged(
  store: Pick<ReadingStore, 'raw'>,
  machineId: string,
  metric: QueriedMetric,
  fromMs: number,
  toMs: number,
) {
  const all = { order: 'asc', offset: 0, limit: Number.MAX_SAFE_INTEGER, everyReading: false } as const;
  const { rows } = await rawOf(store, { machineId, fromMs, toMs, ...all, metrics: [metric] });
  const { values, qualities } = rows.columns[0] as MetricColumn;
  return { timestampsMs: rows.timestampsMs, values, qualities };
}

async function mergeGauges(
  parts: readonly BucketColumn[],
  page: BucketPage,
  query: Pick<BucketQuery, 'fromMs' | 'toMs' | 'grid'>,
  read: ReadMerged,
): Promise<BucketColumn> {
  const merged = emptyColumn(parts);
  for (let i = 0; i < page.length; i++) {
    const filled = parts.filter(({ count, bad }) => (count[i] as number) + (bad[i] as number) > 0);
    for (const part of filled) addBucket(merged, part, i);
    if (filled.length < 2) continue;
    const startMs = page.timestampsMs[i] as number;
    const found = await read(Math.max(query.fromMs, startMs), Math.min(query.toMs, query.grid.endOf(startMs)));
    if (found.values.length > 0) recalculate(merged, i, found);
  }
  return merged;
}

function addBucket(to: BucketColumn, from: BucketColumn, i: number): void {
  if ((to.count[i] as number) + (to.bad[i] as number) === 0) {
    copyBucket(to, from, i);
    return;
  }
  for (const name of ['count', 'bad'] as const) to[name][i] = (to[name][i] as number) + (from[name][i] as number);
  to.sum[i] = orZero(to.sum[i]) + orZero(from.sum[i]);
  to.min[i] = least(to.min[i] as number, from.min[i] as number);
  to.max[i] = -least(-(to.max[i] as number), -(from.max[i] as number));
}

const orZero = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? 0 : value);
/** The lesser of two numbers, of which one may be NaN. */
const least = (a: number, b: number) => (b < a || Number.isNaN(a) ? b : a);

function recalculate(
  to: BucketColumn,
  i: number,
  { values, qualities }: Pick<MetricColumn, 'values' | 'qualities'>,
): void {
  let [count, bad, sum, min, max, last] = [0, 0, 0, Number.NaN, Number.NaN, Number.NaN];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (qualities[row] === BAD) bad++;
    else if (!Number.isNaN(value)) {
      count++;
      sum += value;
      min = least(min, value);
      max = -least(-max, -value);
      last = value;
    }
  }
  to.count[i] = count;
  to.bad[i] = bad;
  to.sum[i] = count === 0 ? Number.NaN : sum;
  to.min[i] = min;
  to.max[i] = max;
  to.last[i] = last;
}
