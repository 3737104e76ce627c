// Opens a PostgreSQL database, which several nodes may share, and migrates it.

import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { DatabaseError } from 'pg';
import { syncToDisk } from '../disk.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { PostgresAddress } from '../server-addresses.ts';
import { copyTables } from './copy-tables.ts';
import type { Database, StoredDatabase } from './database.ts';
import { MIGRATIONS, type Migration, migrate } from './migrate.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';
import { postgresEngine } from './postgres-engine.ts';
import { openPool, POOL_LIMITS } from './postgres-pool.ts';
import { TimesPlugin } from './postgres-values.ts';
import { probeWrite } from './probe-write.ts';
import type { Schema } from './schema.ts';

const OLDEST_SUPPORTED = 150_000;
/** A migration may rewrite tables of tens of millions of rows, or wait for another node that does. */
const MIGRATION_WITHIN_MS = 3_600_000;
/** SQLSTATE classes of an unknown user or database and of a wrong password. */
const ACCESS_DENIED = /^(28|3D)/;

/**
 * Rejects with `database_newer` if a newer version of the program wrote the database, with `invalid_configuration` if the
 * server is older than PostgreSQL 15 or refuses the connection, and with `store_unavailable`, with the reason, if it cannot
 * be reached.
 */
export async function openPostgres(address: PostgresAddress, log: Logger): Promise<StoredDatabase> {
  const onLost = (error: Error) => log.warn({ err: error }, 'A connection to PostgreSQL was lost');
  await migrateSchema(address, onLost);
  const pool = openPool(address, onLost);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [new TimesPlugin()] });
  let closing: Promise<void> | null = null;
  const database: StoredDatabase = {
    db,
    engine: postgresEngine,
    probeWrite: () => probeWrite(database),
    close: () => (closing ??= db.destroy()),
    backup: (file) => copyTo(database, file),
    // PostgreSQL verifies pages when it reads them, and `amcheck` verifies the rest.
    check: async () => [],
  };
  return database;
}

/** Rejects as `openPostgres` does. */
export async function migrateSchema(
  address: PostgresAddress,
  onLost: (error: Error) => void,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const pool = openPool(address, onLost, { ...POOL_LIMITS, statementWithinMs: MIGRATION_WITHIN_MS });
  // Without the plugin, because older versions of the schema hold times as numbers.
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { rows } = await sql<{ version: number }>`
      select current_setting('server_version_num')::integer as version`.execute(db);
    const version = rows[0]?.version ?? 0;
    if (version < OLDEST_SUPPORTED) {
      throw new AppError('invalid_configuration', 'The PostgreSQL server is too old; version 15 or newer is required');
    }
    await migrate({ db, engine: postgresEngine }, migrations);
  } catch (error) {
    throw withReason(error);
  } finally {
    await db.destroy();
  }
}

/** Adds the reason, for the person who starts the program. The messages of client and server do not contain the password. */
function withReason(error: unknown): unknown {
  if (isAppError(error, 'store_unavailable')) {
    return new AppError(error.code, `The database cannot be reached: ${reasonOf(error.cause)}`, { cause: error.cause });
  }
  if (error instanceof DatabaseError && ACCESS_DENIED.test(error.code ?? '')) {
    return new AppError('invalid_configuration', `PostgreSQL refuses the connection: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}

/** A host name with several addresses gives one error for each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

async function copyTo(database: Database, file: string): Promise<void> {
  const directory = await mkdtemp(`${file}-`);
  try {
    const copy = await openEmbeddedDatabase(directory);
    try {
      await copyTables(database, copy, () => {});
    } finally {
      await copy.close();
    }
    await syncToDisk(join(directory, DATABASE_FILE));
    await rename(join(directory, DATABASE_FILE), file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
