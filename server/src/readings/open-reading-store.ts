// Chooses the store of readings: the embedded engine in the data directory, or InfluxDB.

import { join } from 'node:path';
import type { MetricKind } from '@gonsters/contract';
import type { Clock, MonotonicClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { InfluxdbAddress } from '../server-addresses.ts';
import { DuckdbReadingStore } from './engines/duckdb/duckdb-reading-store.ts';
import { InfluxdbReadingStore } from './engines/influxdb/influxdb-reading-store.ts';
import type { StoredReadings } from './store-copies.ts';

/** The store is not opened yet. The embedded one uses the folder `readings` of `dataDir`. */
export function openReadingStore(deps: {
  dataDir: string;
  influxdb: InfluxdbAddress | null;
  /** The tags of a machine's readings in InfluxDB; null if the machine has no description. */
  describe: (machineId: string) => { sensorType: string; location: string } | null;
  /** What the values of a metric are, by its name. Asked when readings are summarised. */
  kindOf?: (metricName: string) => MetricKind;
  /** The inactivity timeout of the plant at present, ms: for how long most booleans and states hold. An hour by default. */
  holdMs?: () => number;
  /** The time zone of the plant at present, for whose days rollups are kept. */
  plantZone?: () => string;
  clock: Clock;
  monotonic?: MonotonicClock;
  log: Logger;
}): StoredReadings {
  const { dataDir, influxdb, describe, kindOf = () => 'gauge', holdMs, plantZone = () => 'UTC' } = deps;
  const { clock, monotonic, log } = deps;
  const rules = { kindOf, ...(holdMs && { holdMs }) };
  const openEmbedded = (directory: string) =>
    new DuckdbReadingStore({ directory, ...rules, plantZone, clock, monotonic, log });
  if (influxdb === null) return openEmbedded(join(dataDir, 'readings'));
  return new InfluxdbReadingStore({
    address: influxdb,
    describe,
    ...rules,
    plantZone,
    openCopy: openEmbedded,
    clock,
    log,
  });
}
