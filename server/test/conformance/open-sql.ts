// The SQL engines on which the suites of the repositories run.

import pino from 'pino';
import { onTestFinished } from 'vitest';
import type { Database, StoredDatabase } from '../../src/database/database.ts';
import { openEmbeddedDatabase } from '../../src/database/open-embedded-database.ts';
import { openPostgres } from '../../src/database/open-postgres.ts';
import { findPostgres } from '../support/find-program.ts';
import { type PostgresServer, startPostgres } from '../support/start-postgres.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** An empty, migrated database; closed and removed when the test ends. */
export type OpenDatabase = () => Promise<Database>;

export async function openSqlite(): Promise<StoredDatabase> {
  const database = await openEmbeddedDatabase(await temporaryDirectory());
  onTestFinished(() => database.close());
  return database;
}

const silent = pino({ level: 'silent' });
let postgres: PostgresServer | null = null;

async function openOnPostgres(): Promise<Database> {
  const url = await (postgres as PostgresServer).createMigratedDatabase();
  const database = await openPostgres({ url }, silent);
  onTestFinished(() => database.close());
  return database;
}

export interface TestedSqlEngine {
  engine: string;
  /** null where the engine is not installed. */
  open: OpenDatabase | null;
  startServer?: () => Promise<void>;
  stopServer?: () => Promise<void>;
}

const programs = findPostgres();

export const SQL_ENGINES: readonly TestedSqlEngine[] = [
  { engine: 'SQLite', open: openSqlite },
  {
    engine: 'PostgreSQL',
    open: programs === null ? null : openOnPostgres,
    async startServer() {
      postgres = await startPostgres(programs as string);
    },
    async stopServer() {
      await postgres?.stop();
    },
  },
];
