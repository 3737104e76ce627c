// The port to the store of readings. Every engine passes `test/conformance/reading-store.ts`.

import type { MetricName } from '@gonsters/contract';
import type { ReadingColumns } from './reading-columns.ts';
import type { RefusedReadings } from './refused-readings.ts';

/** Widths of buckets, which are aligned to UTC. `raw` is not a bucket. */
export const INTERVALS_MS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
} as const;
export type Interval = keyof typeof INTERVALS_MS;

/** A range of one machine: `fromMs` included, `toMs` excluded, both UTC ms. */
export interface RawRange {
  machineId: string;
  fromMs: number;
  toMs: number;
  order: 'asc' | 'desc';
  /** Rows to skip, and the maximum number of rows to return. */
  offset: number;
  limit: number;
}
export interface BucketRange extends RawRange {
  interval: Interval;
}
export interface RawPage {
  /** Number of rows of the whole range, not of the page. */
  total: number;
  rows: ReadingColumns;
}
/**
 * `timestampsMs` are the starts of the buckets. A bucket without readings is absent. A metric without a value in a
 * bucket has count 0 and NaN for sum, min and max. A bucket that the range cuts counts only the readings inside the
 * range.
 */
export interface BucketPage {
  total: number;
  length: number;
  timestampsMs: Float64Array;
  metrics: Record<
    MetricName,
    {
      count: Float64Array;
      sum: Float64Array;
      min: Float64Array;
      max: Float64Array;
    }
  >;
}

/** What was found when the store was opened. */
export interface OpenReport {
  /** Names of the files that were quarantined because they are damaged; empty after a clean start. */
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
 * Units: timestamps are whole UTC milliseconds; values are in the unit of their metric in the catalogue; NaN means not
 * measured.
 *
 * Duplicates: a reading with the machine and timestamp of a stored one replaces it metric by metric. The value appended
 * last wins; a metric that is absent in the newer reading keeps its value.
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
  append(batch: ReadingColumns): Promise<readonly RefusedReadings[]>;
  /**
   * Resolves if readings could be stored at this moment, also while none arrive: an append has just succeeded, or a few
   * bytes were written durably. Rejects with `store_unavailable`; its message says why in a sentence for operators.
   */
  probe(): Promise<void>;
  /** A page of single readings, in the given order. */
  raw(query: RawRange): Promise<RawPage>;
  /** A page of buckets, in the given order, from the coarsest stored rollup that answers exactly. */
  buckets(query: BucketRange): Promise<BucketPage>;
  /**
   * The newest value of each metric of every machine, as the readings that they belong to: a machine has a row for each
   * of these times, oldest first. Metrics with a newer value are NaN in it.
   */
  latest(): Promise<ReadingColumns>;
  /** The readings of a range in ascending order, in chunks of bounded size. All chunks show one consistent state. */
  export(query: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>): AsyncIterable<ReadingColumns>;
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
