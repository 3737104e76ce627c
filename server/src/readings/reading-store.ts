// The port to the store of readings. Every engine passes `test/conformance/reading-store.ts`.

import type { MetricKind } from '@gonsters/contract';
import type { BucketGrid } from './bucket-grid.ts';
import type { ReadingBatch } from './reading-batch.ts';
import type { ReadingTable } from './reading-table.ts';
import type { RefusedReadings } from './refused-readings.ts';

/** A range of one machine: `fromMs` included, `toMs` excluded, both UTC ms. */
export interface ReadingRange {
  machineId: string;
  fromMs: number;
  toMs: number;
}
export interface PageRange extends ReadingRange {
  order: 'asc' | 'desc';
  /** Rows to skip, and the maximum number of rows to return. */
  offset: number;
  limit: number;
}
export interface RawQuery extends PageRange {
  /** The metrics of the answer, in its order; see `metric-index.ts`. */
  metrics: readonly number[];
  /** Whether a reading that has none of the metrics gives a row nevertheless. */
  everyReading: boolean;
}
export interface BucketQuery extends PageRange {
  /** The metrics of the answer, in its order. The kind decides which columns are calculated. */
  metrics: readonly { readonly metric: number; readonly kind: MetricKind }[];
  /** Whether a bucket that has readings but none of the metrics gives a row nevertheless. */
  everyReading: boolean;
  grid: BucketGrid;
  /** How long a state or boolean holds without a further value, ms. Later it is unknown. */
  holdMs: number;
}
export interface RawPage {
  /** Number of rows of the whole range, not of the page. */
  total: number;
  rows: ReadingTable;
}
/**
 * `timestampsMs` are the starts of the buckets. A bucket without readings in which no state is known is absent. A bucket
 * that the range cuts counts only what lies inside the range.
 */
export interface BucketPage {
  total: number;
  length: number;
  timestampsMs: Float64Array;
  /** Number of readings in each bucket, of any metric. */
  readings: Float64Array;
  columns: readonly BucketColumn[];
}
/**
 * A metric of a page of buckets. Bad values count only in `bad`. Without a value, `count`, `bad`, `changes` and `increase`
 * are 0 and the others NaN. `last` is NaN as well where only rollups of an earlier format exist.
 */
export interface BucketColumn {
  readonly metric: number;
  readonly count: Float64Array;
  readonly bad: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
  /**
   * Kind `counter`: by how much it grew from the value before the bucket to its last value; NaN for other kinds. A value
   * that is smaller than the one before is a reset: the counter began again at 0.
   */
  readonly increase: Float64Array;
  /** Kinds `boolean` and `state`: how often the value differs from the one before, the first of the bucket included. */
  readonly changes: Float64Array;
  /** Kinds `boolean` and `state`: ms in each state, by its code; a value holds until the next one, at most `holdMs`. */
  readonly durations: ReadonlyMap<number, Float64Array>;
}

/** What was found when the store was opened. */
export interface OpenReport {
  /** Names of the files that are missing, or that were quarantined because they are damaged; empty after a clean start. */
  damaged: readonly string[];
}

export interface RetentionDays {
  raw: number;
  '1m': number;
  '1h': number;
  '1d': number;
}

/**
 * Stores readings by machine and time.
 *
 * Units: timestamps are whole UTC milliseconds; values are in the unit of their metric in the catalogue.
 *
 * Duplicates: a reading with the machine and timestamp of a stored one replaces it metric by metric. The value appended
 * last wins, with its quality; a metric that is absent in the newer reading keeps its value.
 *
 * Consistency: an appended reading is durable and visible to every query once `append` resolves. Each query sees one
 * consistent state.
 *
 * Errors: calls reject with AppError. `store_unavailable` means that the store cannot be read or written at the moment,
 * and that trying again makes sense. Before `open` and after `close` every call rejects with `closed`.
 */
export interface ReadingStore {
  /**
   * Opens the store, recovers after a crash and quarantines damaged files. Rejects with `data_directory_in_use` if
   * another process uses the directory, with `invalid_configuration` if a server refuses access, and with `conflict` if
   * a transfer to the store is not finished.
   */
  open(): Promise<OpenReport>;
  /**
   * Stores a batch of any size, in any order. Resolves once it is durable (fsync) and visible to every query, with the
   * readings that this store refuses for good; all others are stored. If it rejects with `store_unavailable`, the batch
   * must be sent again, which is harmless if parts of it were stored. Calls must not overlap; `group-commit.ts` sees to
   * it.
   */
  append(batch: ReadingBatch): Promise<readonly RefusedReadings[]>;
  /**
   * Resolves if readings could be stored at this moment, also while none arrive: an append has just succeeded, or a few
   * bytes were written durably. Rejects with `store_unavailable`; its message says why in a sentence for operators.
   */
  probe(): Promise<void>;
  /** A page of single readings, in the given order. */
  raw(query: RawQuery): Promise<RawPage>;
  /** A page of buckets, in the given order, from the coarsest stored rollup that answers exactly. */
  buckets(query: BucketQuery): Promise<BucketPage>;
  /**
   * From when on days of a time zone are stored, UTC ms; −Infinity if none is missing. Null if they are not stored, or not
   * completely yet: then they are made from hours, which are retained for a shorter time.
   */
  localDaysFrom(zone: string): number | null;
  /**
   * The newest value of each metric of every machine, bad ones included, as the readings that they belong to: a machine has
   * a reading for each of these times, oldest first.
   */
  latest(): Promise<ReadingBatch>;
  /**
   * The readings of a range in ascending order, in chunks of bounded size. All chunks show one consistent state. `metrics`
   * null means every metric that has a value; then each chunk has the columns of the metrics that occur in it.
   */
  export(query: ReadingRange & { metrics: readonly number[] | null }): AsyncIterable<ReadingTable>;
  /**
   * Runs the background jobs that are due at `nowMs`: compaction, rollups and retention. Does not block appends for
   * long. `retention` is null while the clock may be wrong; then nothing is deleted because of its age, and rollups may
   * wait. If `signal` aborts, it resolves soon; the next call continues.
   */
  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void>;
  /** Deletes all readings of a machine. Rejects with `conflict` if the store does not support it. */
  deleteMachine(machineId: string): Promise<void>;
  /** Waits for running calls; queries and background jobs are interrupted. Safe twice. */
  close(): Promise<void>;
}
