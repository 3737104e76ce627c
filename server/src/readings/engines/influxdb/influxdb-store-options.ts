// What the store of readings in InfluxDB is made with.

import type { MetricKind } from '@gonsters/contract';
import type { Clock } from '../../../clock.ts';
import type { Logger } from '../../../log.ts';
import type { InfluxdbAddress } from '../../../server-addresses.ts';
import type { ReadingStore } from '../../reading-store.ts';
import type { DescribeMachine } from './machine-series.ts';

export interface InfluxdbReadingStoreOptions {
  address: InfluxdbAddress;
  describe: DescribeMachine;
  /** What the values of a metric are, by its name, which decides how they are summarised. */
  kindOf?: (metricName: string) => MetricKind;
  /**
   * For how long most booleans and states hold at present, ms; an hour by default. Rollups are made with it. For queries with
   * another hold, buckets with a longer gap are made of finer ones.
   */
  holdMs?: () => number;
  /** The time zone of the plant at present, for whose days there are rollups. UTC by default. */
  plantZone?: () => string;
  /** Makes the embedded store that `snapshot` fills. It is not opened yet. */
  openCopy: (directory: string) => ReadingStore;
  clock: Clock;
  log: Logger;
  /** Set by a transfer, which fills the database. A server refuses a database that is filled only in part. */
  isTransferTarget?: boolean;
  /** An append that takes longer is refused. See `MAX_APPEND_MS`. */
  appendWithinMs?: number;
}
