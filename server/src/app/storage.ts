// What is stored: the database, the readings, and the background jobs that compact them and delete what has expired.

import type { MetricKind } from '@gonsters/contract';
import type { Clock, MonotonicClock, TrustedClock } from '../clock.ts';
import type { ClockGuard } from '../clock-guard/clock-guard.ts';
import type { Config } from '../config.ts';
import type { Database, StoredDatabase } from '../database/database.ts';
import { openDatabase } from '../database/open-database.ts';
import { RowRetention } from '../database/row-retention.ts';
import type { ReplacedDatabase } from '../database/standby-copy.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { type BackgroundJob, BackgroundJobs } from '../readings/background-jobs.ts';
import { NewestAtStart } from '../readings/newest-at-start.ts';
import { openReadingStore } from '../readings/open-reading-store.ts';
import { newestTimeOf, type ReadingBatch } from '../readings/reading-batch.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import { retentionOf } from '../readings/retention.ts';
import type { StoredReadings } from '../readings/store-copies.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface Storage {
  database: StoredDatabase;
  /** Not open yet. */
  readings: StoredReadings;
}

/** Opens and migrates the database, and chooses the engine for the readings. */
export async function openStorage(
  deps: {
    config: Config;
    /** What is known of a machine when its readings are written to InfluxDB. */
    describe: (machineId: string) => { sensorType: string; location: string } | null;
    /** What the values of a metric are, by its name. */
    kindOf: (metricName: string) => MetricKind;
    /** The inactivity timeout of the plant at present, ms. */
    holdMs?: () => number;
    /** The time zone of the plant at present. */
    plantZone: () => string;
    clock: Clock;
    monotonic?: MonotonicClock;
    /** A damaged or missing embedded database is replaced by its copy. Without it, it is refused. */
    onReplaced?: (replaced: ReplacedDatabase) => Promise<void>;
    log: Logger;
  },
  lifecycle: Lifecycle,
): Promise<Storage> {
  const { config, log } = deps;
  const database = lifecycle.store(await openDatabase(config, log, { onReplaced: deps.onReplaced, clock: deps.clock }));
  const { dataDir, influxdb } = config;
  const readings = lifecycle.store(openReadingStore({ dataDir, influxdb, ...deps }));
  return { database, readings };
}

/**
 * Opens the readings, with recovery after a crash.
 *
 * @returns the newest reading of each machine; none where the store does not answer yet. The machines and the clock guard
 * receive them later in that case.
 */
export async function openReadings(
  deps: { readings: StoredReadings; machines: MachineService; clockGuard: ClockGuard; log: Logger },
  lifecycle: Lifecycle,
): Promise<ReadingBatch> {
  const { readings, machines, clockGuard, log } = deps;
  const { damaged } = await readings.open();
  for (const file of damaged)
    log.error({ file }, 'A file is missing, or it was damaged and has been quarantined. All other data is intact');
  const onLate = (late: ReadingBatch) => {
    machines.observe(late);
    const newestMs = newestTimeOf(late);
    if (newestMs !== null) clockGuard.compareWithReading(newestMs);
  };
  return lifecycle.service(new NewestAtStart(readings, onLate)).load();
}

/** Compaction and rollup of the readings, and retention of readings and rows. */
export function createBackgroundJobs(deps: {
  database: Database;
  readings: Pick<ReadingStore, 'runDueJobs'>;
  settings: SettingsService;
  clock: Clock;
  guard: TrustedClock;
  log: Logger;
  everyMs: number | undefined;
  /** Further jobs, which run last. */
  further: BackgroundJob[];
}): BackgroundJobs {
  const { database, readings, settings, log } = deps;
  const rowRetention = new RowRetention({ database, log });
  return new BackgroundJobs({
    ...deps,
    jobs: [(...due) => readings.runDueJobs(...due), (...due) => rowRetention.deleteExpired(...due), ...deps.further],
    retention: () => retentionOf(settings),
  });
}
