// Kysely over one `node:sqlite` connection: cached statements, transactions that take the write lock first.

import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely';
import { AppError } from '../errors.ts';
import type { Schema } from './schema.ts';

/** Queries of the repositories differ in little more than their filters and row counts. */
const CACHED_STATEMENTS = 200;

/** The handle stays the caller's: destroying the Kysely instance does not close it. */
export function sqliteKysely(handle: DatabaseSyncInstance): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new WriteFirstDriver(handle),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

class WriteFirstDriver extends SqliteDriver {
  readonly #handle: DatabaseSyncInstance;

  constructor(handle: DatabaseSyncInstance) {
    super({ database: cachedStatements(handle) });
    this.#handle = handle;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A full disk has rolled back already; a second rollback would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#handle.isTransaction) await super.rollbackTransaction(connection);
  }
}

function cachedStatements(handle: DatabaseSyncInstance): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => {
      cache.clear();
    },
    prepare(sql) {
      const known = cache.get(sql);
      if (known) return known;
      const statement = translating(handle.prepare(sql));
      if (cache.size >= CACHED_STATEMENTS) cache.delete(cache.keys().next().value as string);
      cache.set(sql, statement);
      return statement;
    },
  };
}

function translating(statement: StatementSyncInstance): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translateErrors(() => statement.all(...parameters.map(bindable))),
    run: (parameters) => translateErrors(() => statement.run(...parameters.map(bindable))),
    iterate: (parameters) => statement.iterate(...parameters.map(bindable)),
  };
}

/** The binding cuts a text at its first NUL, so that "admin\0x" would find "admin". PostgreSQL refuses a NUL. */
function bindable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

const CANNOT_STORE =
  /disk is full|disk I\/O error|readonly database|unable to open|out of memory|database is locked|malformed/;

function translateErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && CANNOT_STORE.test(error.message)) {
      throw new AppError('store_unavailable', 'The database cannot take data at the moment', {
        cause: error,
        retryAfterSeconds: 5,
      });
    }
    throw error;
  }
}
