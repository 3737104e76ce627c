// Lets only one process use the directory. The operating system releases the lock however the process ends.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { AppError } from '../../../errors.ts';

/**
 * The lock is an exclusive transaction on an empty SQLite file. SQLite locks on every system, both between processes
 * and within one. DuckDB's file lock is not seen by a second opener in the same process.
 */
export class DataDirectoryLock {
  readonly #directory: string;
  #database: DatabaseSyncInstance | null = null;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws AppError `data_directory_in_use` */
  async acquire(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const database = new DatabaseSync(join(this.#directory, 'lock'));
    try {
      database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      throw new AppError('data_directory_in_use', undefined, { cause });
    }
    this.#database = database;
  }

  /** Safe twice. */
  release(): void {
    this.#database?.close();
    this.#database = null;
  }
}
