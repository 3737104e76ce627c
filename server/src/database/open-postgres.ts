// Opens the PostgreSQL database that several nodes may share, and brings it up to date.

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
import { migrate } from './migrate.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';
import { postgresEngine } from './postgres-engine.ts';
import { openPool, POOL_LIMITS } from './postgres-pool.ts';
import { probeWrite } from './probe-write.ts';
import type { Schema } from './schema.ts';

const OLDEST_SUPPORTED = 150_000;
/** A migration may rewrite a large table, and waits for the node that is at it. */
const MIGRATION_WITHIN_MS = 600_000;
/** SQLSTATE of a user, a password or a database that the server does not know. */
const NOT_LET_IN = /^(28|3D)/;

/**
 * Rejects with `database_newer` where a newer version of the program wrote it, with `invalid_configuration` where the
 * server is older than PostgreSQL 15 or does not let us in, and with `store_unavailable`, which names the reason, where
 * it cannot be reached.
 */
export async function openPostgres(address: PostgresAddress, log: Logger): Promise<StoredDatabase> {
  const onLost = (error: Error) => log.warn({ err: error }, 'A connection to PostgreSQL was lost');
  await bringUpToDate(address, onLost);
  const pool = openPool(address, onLost);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | null = null;
  const database: StoredDatabase = {
    db,
    engine: postgresEngine,
    probeWrite: () => probeWrite(database),
    close: () => (closing ??= db.destroy()),
    backup: (file) => copyTo(database, file),
    // PostgreSQL checks what it reads, and `amcheck` the rest; there is no file of ours to look at.
    check: async () => [],
  };
  return database;
}

async function bringUpToDate(address: PostgresAddress, onLost: (error: Error) => void): Promise<void> {
  const pool = openPool(address, onLost, { ...POOL_LIMITS, statementWithinMs: MIGRATION_WITHIN_MS });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { rows } = await sql<{ version: number }>`
      select current_setting('server_version_num')::integer as version`.execute(db);
    const version = rows[0]?.version ?? 0;
    if (version < OLDEST_SUPPORTED) {
      throw new AppError('invalid_configuration', 'PostgreSQL 15 or newer is needed');
    }
    await migrate({ db, engine: postgresEngine });
  } catch (error) {
    throw withReason(error);
  } finally {
    await db.destroy();
  }
}

/** Who starts the program has to learn what to mend. Neither the library's texts nor the server's hold the password. */
function withReason(error: unknown): unknown {
  if (isAppError(error, 'store_unavailable')) {
    return new AppError(error.code, `The database cannot be reached: ${reasonOf(error.cause)}`, { cause: error.cause });
  }
  if (error instanceof DatabaseError && NOT_LET_IN.test(error.code ?? '')) {
    return new AppError('invalid_configuration', `PostgreSQL does not let us in: ${error.message}`, { cause: error });
  }
  return error;
}

/** Where a name has several addresses, each has failed for a reason of its own. */
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
