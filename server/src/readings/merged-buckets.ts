// Buckets of counters, booleans and states into which other metrics were merged: their order counts, so that buckets of two
// names cannot be added up.

import type { BucketGrid } from './bucket-grid.ts';
import { type BucketPartial, joinBuckets, PartialCollector, type ValueBefore } from './bucket-partials.ts';
import type { QueriedMetric } from './queried-metric.ts';
import { BAD } from './reading-batch.ts';
import type { BucketColumn, BucketPage } from './reading-store.ts';
import { DAY_MS, HOUR_MS } from './time-buckets.ts';

/** Single values of the merged metric, ascending, of which the surviving name's counts where both have one. */
export interface MergedValues {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}
export type ReadMerged = (fromMs: number, toMs: number) => Promise<MergedValues>;

interface Range {
  readonly grid: BucketGrid;
  readonly fromMs: number;
  readonly toMs: number;
  readonly holdMs: number;
}

/**
 * The column of a metric. A bucket to which only one name contributes, as to the bucket before it, is that of this name. The
 * others are calculated from the single values; where these have expired, the surviving name's bucket counts, and another
 * name's only where that has none.
 *
 * @param parts columns of the page: the surviving name's, then those of the metrics that were merged into it
 * @param page its buckets are in either order
 */
export async function mergeOrdered(
  { kind }: Pick<QueriedMetric, 'kind'>,
  parts: readonly BucketColumn[],
  page: BucketPage,
  range: Range,
  read: ReadMerged,
): Promise<BucketColumn> {
  const merged = emptyColumn(parts);
  const rows = Array.from({ length: page.length }, (_, row) => row);
  rows.sort((a, b) => (page.timestampsMs[a] as number) - (page.timestampsMs[b] as number));
  let only: BucketColumn | null = null;
  /** Undefined: not known. */
  let before: ValueBefore | null | undefined;
  for (const row of rows) {
    const present = parts.filter((part) => contributes(part, row));
    const [first] = present;
    if (first === undefined) continue;
    if (present.length === 1 && first === only) {
      copyBucket(merged, first, row);
      before = undefined;
      continue;
    }
    only = present.length === 1 ? first : null;
    const startMs = page.timestampsMs[row] as number;
    const bucket = { fromMs: Math.max(range.fromMs, startMs), toMs: Math.min(range.toMs, range.grid.endOf(startMs)) };
    const found = await read(bucket.fromMs, bucket.toMs);
    // Some of the values have expired.
    if (found.values.length < Math.max(...present.map((part) => countAt(part, row)))) {
      copyBucket(merged, first, row);
      before = undefined;
      continue;
    }
    if (before === undefined) before = await valueBefore(bucket.fromMs, read);
    const collector = new PartialCollector(kind, range.grid, range.holdMs);
    for (let i = 0; i < found.values.length; i++) {
      collector.addValue(found.timestampsMs[i] as number, found.values[i] as number, found.qualities[i] as number);
    }
    const [partial] = joinBuckets(kind, collector.partials, { ...range, ...bucket, before });
    if (partial !== undefined) writeBucket(merged, partial, row);
    if (partial !== undefined && partial.count > 0) before = { value: partial.last, timestampMs: partial.lastMs };
  }
  return merged;
}

/** The newest good value before a time. Looks close to it first, and at most a month back. */
async function valueBefore(atMs: number, read: ReadMerged): Promise<ValueBefore | null> {
  let toMs = atMs;
  for (const backMs of [2 * HOUR_MS, 2 * DAY_MS, 31 * DAY_MS]) {
    const fromMs = atMs - backMs;
    const { timestampsMs, values, qualities } = await read(fromMs, toMs);
    for (let i = values.length - 1; i >= 0; i--) {
      if (qualities[i] !== BAD) return { value: values[i] as number, timestampMs: timestampsMs[i] as number };
    }
    toMs = fromMs;
  }
  return null;
}

const countAt = ({ count, bad }: BucketColumn, row: number) => (count[row] as number) + (bad[row] as number);

function contributes(part: BucketColumn, row: number): boolean {
  return countAt(part, row) > 0 || [...part.durations.values()].some((held) => (held[row] as number) > 0);
}

const NUMBERS = ['count', 'bad', 'sum', 'min', 'max', 'last', 'increase', 'changes'] as const;

/** A column without values. */
export function emptyColumn(parts: readonly BucketColumn[]): BucketColumn {
  const [{ metric, count, increase }] = parts as [BucketColumn];
  const { length } = count;
  const of = (value: number) => new Float64Array(length).fill(value);
  const codes = new Set(parts.flatMap(({ durations }) => [...durations.keys()]));
  return {
    metric,
    ...{ count: of(0), bad: of(0), changes: of(0) },
    ...{ sum: of(Number.NaN), min: of(Number.NaN), max: of(Number.NaN), last: of(Number.NaN) },
    increase: of(Number.isNaN(increase[0]) ? Number.NaN : 0),
    durations: new Map([...codes].sort((a, b) => a - b).map((code) => [code, of(0)])),
  };
}

export function copyBucket(to: BucketColumn, from: BucketColumn, row: number): void {
  for (const name of NUMBERS) to[name][row] = from[name][row] as number;
  for (const [code, held] of from.durations) (to.durations.get(code) as Float64Array)[row] = held[row] as number;
}

function writeBucket(to: BucketColumn, partial: BucketPartial, row: number): void {
  for (const name of ['count', 'bad', 'sum', 'min', 'max', 'last', 'changes'] as const) to[name][row] = partial[name];
  if (!Number.isNaN(to.increase[row])) to.increase[row] = partial.increase;
  for (const [code, ms] of partial.durations) {
    const held = to.durations.get(code);
    if (held !== undefined) held[row] = ms;
  }
}
