// The port to the store of readings. Every engine passes `test/conformance/reading-store.ts`.

import type { MetricName } from '@gonsters/contract';
import type { ReadingColumns } from './reading-columns.ts';
import type { RefusedReadings } from './refused-readings.ts';

/** Widths of a bucket, UTC-aligned. `raw` is no bucket. */
export const INTERVALS_MS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
} as const;
export type Interval = keyof typeof INTERVALS_MS;

/** A range of one machine: `fromMs` included, `toMs` excluded. */
export interface RawRange {
  machineId: string;
  fromMs: number;
  toMs: number;
  order: 'asc' | 'desc';
  /** Rows to skip and to return at most. */
  offset: number;
  limit: number;
}
export interface BucketRange extends RawRange {
  interval: Interval;
}
export interface RawPage {
  /** Rows of the whole range, not of the page. */
  total: number;
  rows: ReadingColumns;
}
/**
 * `timestampsMs` are the starts of the buckets. A bucket without a reading is absent; a metric without a value in it
 * has count 0 and NaN elsewhere. A bucket that the range cuts counts only the readings inside the range.
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

/** What a start found and did. */
export interface OpenReport {
  /** Files put aside because they were damaged, by name; empty after a clean start. */
  damaged: readonly string[];
}

export interface RetentionDays {
  raw: number;
  '1m': number;
  '1h': number;
  '1d': number;
}

/**
 * Readings by machine and time.
 *
 * A reading of the same machine and timestamp as a stored one replaces it metric by metric: the value appended last
 * wins, a metric absent in the newer one keeps its value. Timestamps are whole UTC milliseconds. After `close` every
 * call rejects with AppError `closed`.
 */
export interface ReadingStore {
  /** Takes hold of the store and recovers. Rejects with `data_directory_in_use` where another process has it. */
  open(): Promise<OpenReport>;
  /**
   * Stores a batch of any size, all of it or nothing. Resolves once it is durable (fsync) and visible to every query,
   * with the readings that can never be stored here, however often they are sent: all others are. Calls are made one
   * after the other (`group-commit.ts` does). Rejects with `store_unavailable` where it cannot.
   */
  append(batch: ReadingColumns): Promise<readonly RefusedReadings[]>;
  /**
   * Resolves where readings would be stored at this moment, also while none come: an append that succeeded just now says
   * so, or a few bytes that are written durably. Rejects with `store_unavailable`, whose message says why in a sentence
   * for whoever looks after the server.
   */
  probe(): Promise<void>;
  /** Single readings. Rejects with `store_unavailable`. */
  raw(query: RawRange): Promise<RawPage>;
  /** Buckets, from the coarsest stored interval that answers exactly. */
  buckets(query: BucketRange): Promise<BucketPage>;
  /**
   * The newest value of each metric of every machine, as the readings that they are of: a machine has a row for each of
   * their times, oldest first, in which the metrics with a newer value are NaN.
   */
  latest(): Promise<ReadingColumns>;
  /** The readings of a range in ascending order as chunks of bounded size; the whole is one consistent state. */
  export(query: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>): AsyncIterable<ReadingColumns>;
  /**
   * Housekeeping that is due: compaction, rollups, retention. Never blocks appends for long. `retention` is null while the
   * clock may be wrong: then nothing is deleted because of its age, and nothing that is not due at any time has to be done.
   * Where `signal` aborts it resolves soon: what is under way is given up, and the next call does it.
   */
  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void>;
  /** Forgets all readings of a machine. */
  deleteMachine(machineId: string): Promise<void>;
  /** Waits for what is under way. Safe twice. */
  close(): Promise<void>;
}
