// `gonsters transfer`: copies the data of a stopped embedded installation to PostgreSQL and InfluxDB, and compares both.

import { join } from 'node:path';
import { commandEntry, osUser } from '../audit/command-entry.ts';
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
import { SqlMetricRepository } from '../metrics/sql-metric-repository.ts';
import { DuckdbReadingStore } from '../readings/engines/duckdb/duckdb-reading-store.ts';
import { InfluxdbReadingStore } from '../readings/engines/influxdb/influxdb-reading-store.ts';
import type { InfluxdbAddress, PostgresAddress } from '../server-addresses.ts';
import { TransferProgress } from '../transfer/transfer-progress.ts';
import { transferReadings } from '../transfer/transfer-readings.ts';
import { transferTables } from '../transfer/transfer-tables.ts';

/** Differences that are printed one by one. */
const MAX_PRINTED = 50;
const POSTGRES = [
  ...['DATABASE_URL', 'POSTGRES_HOST', 'POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'],
  ...['POSTGRES_SSLMODE', 'POSTGRES_SSLROOTCERT'],
];
const INFLUXDB = ['INFLUXDB_URL', 'INFLUXDB_TOKEN', 'INFLUXDB_ORG', 'INFLUXDB_BUCKET'] as const;

export async function transfer(env: Environment, targets: { toPostgres?: string; toInflux?: string }): Promise<void> {
  const { toPostgres, toInflux } = targets;
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  if (toPostgres === undefined && toInflux === undefined) {
    throw new AppError('invalid_configuration', 'Name a target: --to-postgres, --to-influx or both');
  }
  // The targets are arguments of the command; the environment may name other servers.
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
    const progress = new TransferProgress(
      dataDir,
      config.influxdb ? `${config.influxdb.url} ${config.influxdb.bucket}` : '',
    );
    await progress.load();
    if (target) differences.push(...(await toPostgresql(target.database, database, progress.source, tell)));
    if (config.influxdb) {
      // A transfer that continues has an entry already, and so has one that copied the tables.
      if (!target && !progress.hasBegun) await noteTransfer(database, 'InfluxDB');
      const deps = { dataDir, database, progress, isWhole: differences.length === 0, log };
      differences.push(...(await toInfluxdb(config.influxdb, deps, tell)));
    }
    // The last step, first in the source: a transfer that is interrupted in between is run again, and no server starts meanwhile.
    if (target && differences.length === 0) {
      await progress.noteTransferred({ database: systemClock.nowMs() });
      await noteCopiedFrom(target.database, { source: progress.source, isComplete: true });
    }
  } finally {
    await target?.close();
    await database.close();
  }
  if (differences.length === 0) {
    tell(
      'Everything has been transferred. Start the server with DATABASE_URL and INFLUXDB_URL. The data directory is unchanged but for its audit log;' +
        ' a server without these variables refuses it.',
    );
    return;
  }
  for (const difference of differences.slice(0, MAX_PRINTED)) tell(difference);
  throw new AppError(
    'conflict',
    `${differences.length} differences: the target does not hold the same data as ${dataDir}`,
  );
}

/** Locks the database, so that no server starts on it during the transfer. */
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
  const { rows, differences } = await transferTables(
    database,
    target,
    { audit, source, noteBegin: () => noteTransfer(database, 'PostgreSQL') },
    tell,
  );
  tell(`PostgreSQL has ${rows} rows`);
  return differences;
}

/** In the source: the entry travels with the tables where these are copied. */
const noteTransfer = (source: Database, target: string) =>
  new SqlAuditLog(source).append(
    commandEntry({ action: 'installation.transfer', target, command: 'transfer', by: osUser() }),
    systemClock.nowMs(),
  );

/** `isWhole`: everything else has been transferred without differences. */
async function toInfluxdb(
  address: InfluxdbAddress,
  deps: { dataDir: string; database: Database; progress: TransferProgress; isWhole: boolean; log: Logger },
  tell: (line: string) => void,
): Promise<string[]> {
  const { dataDir, database, progress, isWhole, log } = deps;
  const clock = systemClock;
  const machines = new Map((await new SqlMachineRepository(database).all()).map((record) => [record.id, record]));
  const { metrics } = await new SqlMetricRepository(database).read(null);
  const kinds = new Map(metrics.map(({ name, kind }) => [name, kind]));
  const kindOf = (metricName: string) => kinds.get(metricName) ?? 'gauge';
  const openEmbedded = (directory: string) => new DuckdbReadingStore({ directory, kindOf, clock, log });
  const describe = (machineId: string) => machines.get(machineId) ?? null;
  const from = openEmbedded(join(dataDir, 'readings'));
  const to = new InfluxdbReadingStore({
    address,
    describe,
    kindOf,
    openCopy: openEmbedded,
    clock,
    log,
    isTransferTarget: true,
  });
  try {
    await from.open();
    await to.open();
    const moved = { from, to, machineIds: [...machines.keys()], progress, clock };
    const { readings, differences } = await transferReadings(moved, tell);
    tell(`InfluxDB has ${readings} readings`);
    if (isWhole && differences.length === 0) {
      await progress.noteTransferred({ readings: clock.nowMs() });
      await to.completeCopy(progress.source);
    }
    return differences;
  } catch (error) {
    if (!isAppError(error, 'store_unavailable') || !(error.cause instanceof Error)) throw error;
    throw new AppError('store_unavailable', `The readings cannot be transferred now. ${error.cause.message}`, {
      cause: error,
    });
  } finally {
    await to.close();
    await from.close();
  }
}

/** The environment without these variables and their `_FILE` variants. */
function without(env: Environment, names: readonly string[]): Environment {
  const dropped = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.has(name)));
}
