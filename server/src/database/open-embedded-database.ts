// Opens the embedded SQLite database of a data directory, locks it against other processes, and migrates it.

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { syncToDisk } from '../disk.ts';
import { AppError } from '../errors.ts';
import type { StoredDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { probeWrite } from './probe-write.ts';
import { sqliteEngine } from './sqlite-engine.ts';
import { sqliteKysely } from './sqlite-kysely.ts';

export const DATABASE_FILE = 'gonsters.db';
const PAGES_PER_STEP = 500;
/** SQLite fills it only as far as the database is large. Its default of 2 MiB makes reports over many alerts read pages repeatedly. */
const MAX_CACHE_KIB = 32 * 1024;
/** Long enough for a process that is closing, short enough to report a running one quickly. */
const BUSY_TIMEOUT_MS = 500;

/**
 * Rejects with `data_directory_in_use`, with `database_newer` if a newer version of the program wrote the database, and with
 * `store_unavailable` if the file is damaged or cannot be written.
 */
export async function openEmbeddedDatabase(dataDir: string): Promise<StoredDatabase> {
  const handle = openLocked(join(dataDir, DATABASE_FILE), dataDir);
  const db = sqliteKysely(handle);
  const close = async () => {
    if (!handle.isOpen) return;
    await db.connection().execute(async () => {});
    await db.destroy();
    release(handle);
  };
  const database: StoredDatabase = {
    db,
    engine: sqliteEngine,
    probeWrite: () => probeWrite(database),
    close,
    backup: (file) => db.connection().execute(() => copy(handle, file)),
    check: () => db.connection().execute(async () => integrityFindings(handle)),
  };
  try {
    await migrate(database);
  } catch (error) {
    await close();
    throw error;
  }
  return database;
}

/** Uses the lock of SQLite, which the operating system releases when the process ends, however it ends. */
function openLocked(file: string, dataDir: string): DatabaseSyncInstance {
  let handle: DatabaseSyncInstance | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // Only the owner may read the file, since it has password hashes. SQLite gives its WAL file the same mode.
    createFile(file);
    handle = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    handle.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    handle.exec(`PRAGMA cache_size = -${MAX_CACHE_KIB}`);
    handle.exec('BEGIN IMMEDIATE; COMMIT');
    const [finding] = handle.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
    if (finding?.quick_check !== 'ok') throw new Error(`The database is malformed: ${finding?.quick_check}`);
    return handle;
  } catch (error) {
    try {
      if (handle) release(handle);
    } catch {
      // It is damaged, or another process has it. The handle is closed nevertheless.
    }
    if (error instanceof Error && error.message.includes('database is locked')) {
      throw new AppError('data_directory_in_use', `Another process uses the data directory ${dataDir}`, {
        cause: error,
      });
    }
    throw new AppError('store_unavailable', `The database ${file} cannot be opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * The binding finalises statements only when they are garbage-collected, and until then SQLite keeps a closed connection and
 * its lock. The lock is therefore released first, which requires leaving WAL mode; the database is then a single file.
 */
function release(handle: DatabaseSyncInstance): void {
  if (!handle.isOpen) return;
  try {
    handle.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema');
  } finally {
    handle.close();
  }
}

/** Does not open an existing file, because closing it would release the locks that this process holds on it. */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function copy(handle: DatabaseSyncInstance, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await rm(partial, { force: true });
    createFile(partial);
    // Pages in the cache would hide that they were damaged on the disk.
    handle.exec('PRAGMA shrink_memory');
    await backup(handle, partial, { rate: PAGES_PER_STEP });
    await syncToDisk(partial);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function integrityFindings(handle: DatabaseSyncInstance): string[] {
  handle.exec('PRAGMA shrink_memory');
  const rows = handle.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  return rows.map((row) => row.integrity_check).filter((finding) => finding !== 'ok');
}
