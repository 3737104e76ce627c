// Opens the PostgreSQL database that several nodes may share, and brings it up to date.

import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { syncToDisk } from '../sync-to-disk.ts';
import { copyTables } from './copy-tables.ts';
import type { Database, StoredDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';
import { postgresEngine } from './postgres-engine.ts';
import { openPool, type PostgresAddress } from './postgres-pool.ts';
import type { Schema } from './schema.ts';

const OLDEST_SUPPORTED = 150_000;

/**
 * Rejects with `database_newer` where a newer version of the program wrote it, with `invalid_configuration` where the
 * server is older than PostgreSQL 15, and with `store_unavailable` where it cannot be reached.
 */
export async function openPostgres(address: PostgresAddress, log: Logger): Promise<StoredDatabase> {
  const pool = openPool(address, (error) => log.warn({ err: error }, 'A connection to PostgreSQL was lost'));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | null = null;
  const database: StoredDatabase = {
    db,
    engine: postgresEngine,
    close: () => (closing ??= db.destroy()),
    backup: (file) => copyTo(database, file),
    // PostgreSQL checks what it reads, and `amcheck` the rest; there is no file of ours to look at.
    check: async () => [],
  };
  try {
    const { rows } = await sql<{ version: number }>`
      select current_setting('server_version_num')::integer as version`.execute(db);
    const version = rows[0]?.version ?? 0;
    if (version < OLDEST_SUPPORTED) {
      throw new AppError('invalid_configuration', 'PostgreSQL 15 or newer is needed');
    }
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
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
