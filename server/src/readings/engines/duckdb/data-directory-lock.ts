// One process at a time: the operating system lets go of the lock however the holder ends.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { AppError } from '../../../errors.ts';

/**
 * An empty SQLite file in an exclusive transaction. SQLite, because it locks on every system, between processes and
 * within one; a file lock of DuckDB's is not seen by a second opener in the same process.
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
