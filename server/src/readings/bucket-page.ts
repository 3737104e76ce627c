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
  return {
    total: ordered.length,
    length: shown.length,
    timestampsMs: Float64Array.from(shown),
    readings: Float64Array.from(shown, (startMs) => readings.get(startMs) ?? 0),
    columns: query.metrics.map(({ metric, kind }, m) => columnOf(metric, kind, series[m] ?? [], shown)),
  };
}

function columnOf(
  metric: number,
  kind: MetricKind,
  partials: readonly BucketPartial[],
  starts: readonly number[],
): BucketColumn {
  const byStart = new Map(partials.map((partial) => [partial.startMs, partial]));
  const found = starts.map((startMs) => byStart.get(startMs));
  const column = (of: (partial: BucketPartial) => number, absent: number) => {
    const values = new Float64Array(found.length);
    for (let i = 0; i < found.length; i++) {
      const partial = found[i];
      values[i] = partial === undefined ? absent : of(partial);
    }
    return values;
  };
  const codes = new Set<number>();
  for (const partial of found) if (partial !== undefined) for (const code of partial.durations.keys()) codes.add(code);
  return {
    metric,
    count: column(({ count }) => count, 0),
    bad: column(({ bad }) => bad, 0),
    sum: column(({ sum }) => sum, Number.NaN),
    min: column(({ min }) => min, Number.NaN),
    max: column(({ max }) => max, Number.NaN),
    last: column(({ last }) => last, Number.NaN),
    increase: kind === 'counter' ? column(({ increase }) => increase, 0) : column(() => Number.NaN, Number.NaN),
    changes: column(({ changes }) => changes, 0),
    durations: new Map(
      [...codes].sort((a, b) => a - b).map((code) => [code, column(({ durations }) => durations.get(code) ?? 0, 0)]),
    ),
  };
}
