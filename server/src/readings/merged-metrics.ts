// Queries of metrics into which others were merged. The stored values keep their names, so that a merge can be undone.

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
 * A bucket in which only one of the merged metrics has values is that of the metric. Where several have, a gauge is calculated
 * from the single readings, and so counts a time once that both have; without them, and for other kinds, they are added up.
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
    columns.push(await mergeColumns(parts, metric, page, store, query));
  }
  return { ...page, columns };
}

async function mergeColumns(
  parts: readonly BucketColumn[],
  metric: QueriedMetric,
  page: BucketPage,
  store: Pick<ReadingStore, 'raw'>,
  query: OfMetrics<BucketQuery>,
): Promise<BucketColumn> {
  const [own] = parts as [BucketColumn];
  if (parts.length === 1) return own;
  const merged = emptyColumn(own, parts);
  for (let i = 0; i < page.length; i++) {
    const filled = parts.filter(({ count, bad }) => (count[i] as number) + (bad[i] as number) > 0);
    for (const part of filled) addBucket(merged, part, i);
    if (filled.length < 2 || metric.kind !== 'gauge') continue;
    const startMs = page.timestampsMs[i] as number;
    const { rows } = await rawOf(store, {
      ...query,
      metrics: [metric],
      fromMs: Math.max(query.fromMs, startMs),
      toMs: Math.min(query.toMs, query.grid.endOf(startMs)),
      everyReading: false,
      order: 'asc',
      offset: 0,
      limit: Number.MAX_SAFE_INTEGER,
    });
    if (rows.length > 0) recalculate(merged, i, rows.columns[0] as MetricColumn);
  }
  return merged;
}

const NUMBERS = ['count', 'bad', 'sum', 'min', 'max', 'last', 'increase', 'changes'] as const;

function emptyColumn({ metric, count, increase }: BucketColumn, parts: readonly BucketColumn[]): BucketColumn {
  const { length } = count;
  const of = (value: number) => new Float64Array(length).fill(value);
  const codes = new Set(parts.flatMap(({ durations }) => [...durations.keys()]));
  return {
    metric,
    ...{ count: of(0), bad: of(0), changes: of(0) },
    ...{ sum: of(Number.NaN), min: of(Number.NaN), max: of(Number.NaN), last: of(Number.NaN) },
    increase: of(Number.isNaN(increase[0]) ? Number.NaN : 0),
    durations: new Map([...codes].map((code) => [code, of(0)])),
  };
}

function addBucket(to: BucketColumn, from: BucketColumn, i: number): void {
  const isFirst = (to.count[i] as number) + (to.bad[i] as number) === 0;
  if (isFirst) for (const name of NUMBERS) to[name][i] = from[name][i] as number;
  else {
    for (const name of ['count', 'bad', 'changes', 'increase'] as const)
      to[name][i] = (to[name][i] as number) + (from[name][i] as number);
    to.sum[i] = orZero(to.sum[i]) + orZero(from.sum[i]);
    to.min[i] = least(to.min[i] as number, from.min[i] as number);
    to.max[i] = -least(-(to.max[i] as number), -(from.max[i] as number));
  }
  for (const [code, durations] of from.durations) {
    const all = to.durations.get(code) as Float64Array;
    all[i] = (all[i] as number) + (durations[i] as number);
  }
}

const orZero = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? 0 : value);
/** The lesser of two numbers, of which one may be NaN. */
const least = (a: number, b: number) => (b < a || Number.isNaN(a) ? b : a);

function recalculate(to: BucketColumn, i: number, { values, qualities }: MetricColumn): void {
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
