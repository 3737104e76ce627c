// Makes a page of buckets from the partials of its metrics.

import type { MetricKind } from '@gonsters/contract';
import type { BucketPartial } from './bucket-partials.ts';
import type { BucketColumn, BucketPage, BucketQuery } from './reading-store.ts';

/**
 * @param readings number of readings of any metric by the start of their bucket
 * @param series the joined buckets of each metric of the query, in its order
 */
export function pageOfBuckets(
  query: Pick<BucketQuery, 'metrics' | 'everyReading' | 'order' | 'offset' | 'limit'>,
  readings: ReadonlyMap<number, number>,
  series: readonly (readonly BucketPartial[])[],
): BucketPage {
  const starts = new Set<number>(query.everyReading ? readings.keys() : []);
  for (const partials of series) for (const { startMs } of partials) starts.add(startMs);
  const ordered = [...starts].sort(query.order === 'asc' ? (a, b) => a - b : (a, b) => b - a);
  const shown = ordered.slice(query.offset, query.offset + query.limit);
  const rowOf = new Map(shown.map((startMs, row) => [startMs, row]));
  return {
    total: ordered.length,
    length: shown.length,
    timestampsMs: Float64Array.from(shown),
    readings: Float64Array.from(shown, (startMs) => readings.get(startMs) ?? 0),
    columns: query.metrics.map(({ metric, kind }, m) => columnOf(metric, kind, series[m] ?? [], rowOf)),
  };
}

function columnOf(
  metric: number,
  kind: MetricKind,
  partials: readonly BucketPartial[],
  rowOf: ReadonlyMap<number, number>,
): BucketColumn {
  const length = rowOf.size;
  const isCounter = kind === 'counter';
  const column = {
    metric,
    count: new Float64Array(length),
    bad: new Float64Array(length),
    sum: new Float64Array(length).fill(Number.NaN),
    min: new Float64Array(length).fill(Number.NaN),
    max: new Float64Array(length).fill(Number.NaN),
    last: new Float64Array(length).fill(Number.NaN),
    increase: new Float64Array(length).fill(isCounter ? 0 : Number.NaN),
    changes: new Float64Array(length),
  };
  const durations = new Map<number, Float64Array>();
  for (const partial of partials) {
    const row = rowOf.get(partial.startMs);
    if (row === undefined) continue;
    column.count[row] = partial.count;
    column.bad[row] = partial.bad;
    column.sum[row] = partial.sum;
    column.min[row] = partial.min;
    column.max[row] = partial.max;
    column.last[row] = partial.last;
    if (isCounter) column.increase[row] = partial.increase;
    column.changes[row] = partial.changes;
    for (const [code, ms] of partial.durations) {
      const held = durations.get(code) ?? new Float64Array(length);
      durations.set(code, held);
      held[row] = ms;
    }
  }
  return { ...column, durations: new Map([...durations].sort(([a], [b]) => a - b)) };
}
