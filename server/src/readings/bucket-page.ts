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
  const ordered = startsOf(query.everyReading ? [...readings.keys()] : [], series);
  if (query.order === 'desc') ordered.reverse();
  const shown = ordered.slice(query.offset, query.offset + query.limit);
  return {
    total: ordered.length,
    length: shown.length,
    timestampsMs: Float64Array.from(shown),
    readings: Float64Array.from(shown, (startMs) => readings.get(startMs) ?? 0),
    columns: query.metrics.map(({ metric, kind }, m) =>
      columnOf(metric, kind, series[m] ?? [], new RowFinder(shown, query.order)),
    ),
  };
}

/** The starts of all buckets, ascending. Nearly always one list has all of them, in order; then nothing is sorted. */
function startsOf(ofReadings: readonly number[], series: readonly (readonly BucketPartial[])[]): number[] {
  const lists = [ofReadings, ...series.map((partials) => partials.map(({ startMs }) => startMs))];
  const longest = lists.reduce((a, b) => (b.length > a.length ? b : a));
  if (lists.every((list) => isWithin(list, longest))) return [...longest];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** Whether both lists are ascending, and every item of the first is in the second. */
function isWithin(list: readonly number[], all: readonly number[]): boolean {
  let found = 0;
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && (all[i] as number) <= (all[i - 1] as number)) return false;
    if (all[i] === list[found]) found++;
  }
  return found === list.length;
}

/** Finds the row of a bucket. Buckets are nearly always asked for in the order of time. */
class RowFinder {
  readonly #starts: readonly number[];
  readonly #step: 1 | -1;
  #next: number;
  /** Made when a bucket is not the next one. */
  #rowOf: ReadonlyMap<number, number> | null = null;

  constructor(starts: readonly number[], order: 'asc' | 'desc') {
    this.#starts = starts;
    this.#step = order === 'asc' ? 1 : -1;
    this.#next = order === 'asc' ? 0 : starts.length - 1;
  }

  get length(): number {
    return this.#starts.length;
  }

  /** -1 if the bucket is not on the page. */
  find(startMs: number): number {
    let row = this.#next;
    if (this.#starts[row] !== startMs) {
      this.#rowOf ??= new Map(this.#starts.map((start, index) => [start, index]));
      row = this.#rowOf.get(startMs) ?? -1;
    }
    if (row >= 0) this.#next = row + this.#step;
    return row;
  }
}

function columnOf(metric: number, kind: MetricKind, partials: readonly BucketPartial[], rows: RowFinder): BucketColumn {
  const { length } = rows;
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
    const row = rows.find(partial.startMs);
    if (row < 0) continue;
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
