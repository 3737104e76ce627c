// The SQL engines that the repositories' suites run against.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { type EmbeddedDatabase, openDatabase } from '../../src/database/open-database.ts';

/** An empty, migrated database; closed and removed when the test ends. */
export type OpenDatabase = () => Promise<Database>;

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function openSqlite(): Promise<EmbeddedDatabase> {
  const database = await openDatabase(await temporaryDirectory());
  onTestFinished(() => database.close());
  return database;
}

export const SQL_ENGINES: readonly { engine: string; open: OpenDatabase }[] = [{ engine: 'SQLite', open: openSqlite }];
