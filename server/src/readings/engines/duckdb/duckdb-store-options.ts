// What the embedded store of readings is made with.

import type { MetricKind } from '@gonsters/contract';
import type { Clock, MonotonicClock } from '../../../clock.ts';
import type { Logger } from '../../../log.ts';

export interface DuckdbReadingStoreOptions {
  /** Used by this store only. */
  directory: string;
  clock: Clock;
  monotonic?: MonotonicClock | undefined;
  log: Logger;
  /** What the values of a metric are, by its name, which decides how they are summarised. */
  kindOf?: (metricName: string) => MetricKind;
  /**
   * For how long most booleans and states hold at present, ms; an hour by default. Rollups are made with it. For queries with
   * another hold, buckets with a longer gap are made of finer ones.
   */
  holdMs?: () => number;
  /** The time zone of the plant at present, for whose days there are rollups. UTC by default. */
  plantZone?: () => string;
  /** The memtable is flushed above this number of values. Above four times as many, appends wait for the flush. */
  maxMemtableValues?: number;
  /** Rows that a compaction sorts at once. Tests set a small number. */
  maxRowsPerSort?: number;
}
