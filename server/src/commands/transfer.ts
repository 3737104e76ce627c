// `gonsters transfer`: copies what a stopped embedded installation holds to PostgreSQL and InfluxDB, and compares both.

import { join } from 'node:path';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { refuseInterruptedRestore } from '../data-directory.ts';
import { acquireAdvisoryLock } from '../database/advisory-lock.ts';
import { noteCopiedFrom } from '../database/copied-from.ts';
import type { Database } from '../database/database.ts';
import { openEmbeddedDatabase } from '../database/open-embedded-database.ts';
import { openPostgres } from '../database/open-postgres.ts';
import type { Environment } from '../environment.ts';
import { AppError, isAppError } from '../errors.ts';
import { createLogger, type Logger } from '../log.ts';
import { SqlMachineRepository } from '../machines/sql-machine-repository.ts';
import { DuckdbReadingStore } from '../readings/engines/duckdb/duckdb-reading-store.ts';
import { InfluxdbReadingStore } from '../readings/engines/influxdb/influxdb-reading-store.ts';
import type { InfluxdbAddress, PostgresAddress } from '../server-addresses.ts';
import { MoveProgress } from '../transfer/transfer-progress.ts';
import { moveReadings } from '../transfer/transfer-readings.ts';
import { moveTables } from '../transfer/transfer-tables.ts';

/** Differences that are told one by one. */
const MAX_TOLD = 50;
const POSTGRES = [
  ...['DATABASE_URL', 'POSTGRES_HOST', 'POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'],
  ...['POSTGRES_SSLMODE', 'POSTGRES_SSLROOTCERT'],
];
const INFLUXDB = ['INFLUXDB_URL', 'INFLUXDB_TOKEN', 'INFLUXDB_ORG', 'INFLUXDB_BUCKET'] as const;

export async function move(env: Environment, targets: { toPostgres?: string; toInflux?: string }): Promise<void> {
  const { toPostgres, toInflux } = targets;
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  if (toPostgres === undefined && toInflux === undefined) {
    throw new AppError('invalid_configuration', 'Name a target: --to-postgres, --to-influx or both');
  }
  // Where the targets are is said here, whatever the environment says of a server that runs already.
  const config = readConfig({
    ...without(env, [...POSTGRES, ...(toInflux === undefined ? INFLUXDB : ['INFLUXDB_URL'])]),
    DATABASE_URL: toPostgres,
    INFLUXDB_URL: toInflux,
  });
  const { dataDir } = config;
  const log = createLogger(config.logLevel);
  await refuseInterruptedRestore(dataDir);
  const database = await openEmbeddedDatabase(dataDir);
  const target = config.postgres && (await openTarget(config.postgres, log));
  const differences: string[] = [];
  try {
    const progress = new MoveProgress(
      dataDir,
      config.influxdb ? `${config.influxdb.url} ${config.influxdb.bucket}` : '',
    );
    await progress.load();
    if (target) differences.push(...(await toPostgresql(target.database, database, progress.source, tell)));
    if (config.influxdb) {
      const deps = { dataDir, database, progress, isWhole: differences.length === 0, log };
      differences.push(...(await toInfluxdb(config.influxdb, deps, tell)));
    }
    // Last, and here before there: a move that is cut short in between is run again, and no server starts meanwhile.
    if (target && differences.length === 0) {
      await progress.noteMoved({ database: systemClock.nowMs() });
      await noteCopiedFrom(target.database, { source: progress.source, isComplete: true });
    }
  } finally {
    await target?.close();
    await database.close();
  }
  if (differences.length === 0) {
    tell(
      'Everything is there. Start the server with DATABASE_URL and INFLUXDB_URL; the data directory stays as it was, and a' +
        ' server without them refuses it.',
    );
    return;
  }
  for (const difference of differences.slice(0, MAX_TOLD)) tell(difference);
  throw new AppError('conflict', `${differences.length} differences: the target does not hold what ${dataDir} holds`);
}

/** Held against servers, so that none works on it meanwhile. */
async function openTarget(address: PostgresAddress, log: Logger) {
  const database = await openPostgres(address, log);
  try {
    const releaseLock = await acquireAdvisoryLock(address, 'exclusive', log);
    return {
      database,
      async close() {
        await releaseLock();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function toPostgresql(
  target: Database,
  database: Database,
  source: string,
  tell: (line: string) => void,
): Promise<string[]> {
  const audit = new SqlAuditLog(target);
  const { rows, differences } = await moveTables(database, target, { audit, source }, tell);
  tell(`PostgreSQL has ${rows} rows`);
  return differences;
}

/** `isWhole` says that everything else that is moved is there. */
async function toInfluxdb(
  address: InfluxdbAddress,
  deps: { dataDir: string; database: Database; progress: MoveProgress; isWhole: boolean; log: Logger },
  tell: (line: string) => void,
): Promise<string[]> {
  const { dataDir, database, progress, isWhole, log } = deps;
  const clock = systemClock;
  const machines = new Map((await new SqlMachineRepository(database).all()).map((record) => [record.id, record]));
  const openEmbedded = (directory: string) => new DuckdbReadingStore({ directory, clock, log });
  const describe = (machineId: string) => machines.get(machineId) ?? null;
  const from = openEmbedded(join(dataDir, 'readings'));
  const to = new InfluxdbReadingStore({
    address,
    describe,
    openCopy: openEmbedded,
    clock,
    log,
    isTransferTarget: true,
  });
  try {
    await from.open();
    await to.open();
    const moved = { from, to, machineIds: [...machines.keys()], progress, clock };
    const { readings, differences } = await moveReadings(moved, tell);
    tell(`InfluxDB has ${readings} readings`);
    if (isWhole && differences.length === 0) {
      await progress.noteMoved({ readings: clock.nowMs() });
      await to.completeCopy(progress.source);
    }
    return differences;
  } catch (error) {
    if (!isAppError(error, 'store_unavailable') || !(error.cause instanceof Error)) throw error;
    throw new AppError('store_unavailable', `The readings cannot be moved now. ${error.cause.message}`, {
      cause: error,
    });
  } finally {
    await to.close();
    await from.close();
  }
}

/** The environment without some variables, each also as a file. */
function without(env: Environment, names: readonly string[]): Environment {
  const dropped = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.has(name)));
}
