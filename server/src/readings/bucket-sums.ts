// Collects count, sum, minimum and maximum per bucket and metric, from raw rows and from stored rollups.

import { METRICS, perMetric } from '@gonsters/contract';
import type { ReadingColumns } from './reading-columns.ts';
import type { BucketPage } from './reading-store.ts';
import { bucketStart } from './time-buckets.ts';

/**
 * Columns of stored rollups: start, number of readings, then count, sum, min and max of each metric. NaN means no
 * value.
 */
export type RollupColumns = readonly Float64Array[];
const FIRST_CAPACITY = 64;

export class BucketSums {
  readonly #widthMs: number;
  readonly #indexOf = new Map<number, number>();
  /** One list per column of `RollupColumns`. */
  #columns: Float64Array[] = Array.from({ length: 2 + 4 * METRICS.length }, () => new Float64Array(FIRST_CAPACITY));

  constructor(widthMs: number) {
    this.#widthMs = widthMs;
  }

  addRows(rows: Pick<ReadingColumns, 'length' | 'timestampsMs' | 'values'>): void {
    let bucket = -1;
    let start = Number.NaN;
    for (let i = 0; i < rows.length; i++) {
      const timestampMs = rows.timestampsMs[i] as number;
      if (!(timestampMs >= start && timestampMs < start + this.#widthMs)) {
        start = bucketStart(timestampMs, this.#widthMs);
        bucket = this.#bucket(start);
      }
      this.#add(1, bucket, 1);
      for (let m = 0; m < METRICS.length; m++) {
        const value = (rows.values[m] as Float64Array)[i] as number;
        if (!Number.isNaN(value)) this.#addMetric(bucket, m, 1, value, value, value);
      }
    }
  }

  /** `isIncluded` says which rollups belong to the answer, by their start. */
  addRollups(columns: RollupColumns, isIncluded: (startMs: number) => boolean): void {
    const starts = columns[0];
    if (!starts) return;
    for (let i = 0; i < starts.length; i++) {
      const startMs = starts[i] as number;
      if (!isIncluded(startMs)) continue;
      const bucket = this.#bucket(bucketStart(startMs, this.#widthMs));
      this.#add(1, bucket, at(columns, 1, i));
      for (let m = 0; m < METRICS.length; m++) {
        const c = 2 + 4 * m;
        const count = at(columns, c, i);
        if (count > 0) {
          this.#addMetric(bucket, m, count, at(columns, c + 1, i), at(columns, c + 2, i), at(columns, c + 3, i));
        }
      }
    }
  }

  /** Readings per bucket in ascending order, as `[start, count]`. */
  counts(): [number, number][] {
    return this.#ascending().map((bucket) => [at(this.#columns, 0, bucket), at(this.#columns, 1, bucket)]);
  }

  /** All buckets, ascending. */
  columns(): RollupColumns {
    const buckets = this.#ascending();
    return this.#columns.map((_, c) => Float64Array.from(buckets, (bucket) => at(this.#columns, c, bucket)));
  }

  page(order: 'asc' | 'desc', offset: number, limit: number): BucketPage {
    const buckets = this.#ascending();
    if (order === 'desc') buckets.reverse();
    const shown = buckets.slice(offset, offset + limit);
    const column = (c: number) => Float64Array.from(shown, (bucket) => at(this.#columns, c, bucket));
    return {
      total: buckets.length,
      length: shown.length,
      timestampsMs: column(0),
      metrics: perMetric((_, m) => {
        const c = 2 + 4 * m;
        return { count: column(c), sum: column(c + 1), min: column(c + 2), max: column(c + 3) };
      }),
    };
  }

  #ascending(): number[] {
    const starts = this.#columns[0] as Float64Array;
    return [...this.#indexOf.values()].sort((a, b) => (starts[a] as number) - (starts[b] as number));
  }

  #bucket(startMs: number): number {
    const known = this.#indexOf.get(startMs);
    if (known !== undefined) return known;
    const bucket = this.#indexOf.size;
    if (bucket === (this.#columns[0] as Float64Array).length) this.#grow();
    this.#indexOf.set(startMs, bucket);
    (this.#columns[0] as Float64Array)[bucket] = startMs;
    for (let m = 0; m < METRICS.length; m++) {
      for (let c = 3; c <= 5; c++) (this.#columns[4 * m + c] as Float64Array)[bucket] = Number.NaN;
    }
    return bucket;
  }

  #addMetric(bucket: number, m: number, count: number, sum: number, min: number, max: number): void {
    const c = 2 + 4 * m;
    const isFirst = at(this.#columns, c, bucket) === 0;
    this.#add(c, bucket, count);
    if (isFirst) (this.#columns[c + 1] as Float64Array)[bucket] = sum;
    else this.#add(c + 1, bucket, sum);
    if (isFirst || min < at(this.#columns, c + 2, bucket)) (this.#columns[c + 2] as Float64Array)[bucket] = min;
    if (isFirst || max > at(this.#columns, c + 3, bucket)) (this.#columns[c + 3] as Float64Array)[bucket] = max;
  }

  #add(column: number, bucket: number, amount: number): void {
    (this.#columns[column] as Float64Array)[bucket] = at(this.#columns, column, bucket) + amount;
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const wider = new Float64Array(column.length * 2);
      wider.set(column);
      return wider;
    });
  }
}

function at(columns: readonly Float64Array[], column: number, row: number): number {
  return (columns[column] as Float64Array)[row] as number;
}

/** Keeps only the last of several rollups of one bucket, because files are read oldest first. Ascending by start. */
export function newestPerBucket(columns: RollupColumns): RollupColumns {
  const starts = columns[0];
  if (!starts) return columns;
  let isAscending = true;
  for (let i = 1; i < starts.length && isAscending; i++) {
    isAscending = (starts[i] as number) > (starts[i - 1] as number);
  }
  if (isAscending) return columns;
  const rowOf = new Map<number, number>();
  for (let i = 0; i < starts.length; i++) rowOf.set(starts[i] as number, i);
  const rows = [...rowOf].sort(([a], [b]) => a - b).map(([, row]) => row);
  return columns.map((column) => Float64Array.from(rows, (row) => column[row] as number));
}
