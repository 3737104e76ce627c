// Kysely over one SQLite connection, with cached statements and transactions that begin with the write lock.

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

/** The repositories use few different statements, which differ in filters and row counts. */
const CACHED_STATEMENTS = 200;

/** The caller closes `handle`; destroying the Kysely instance does not. */
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

  /** SQLite has rolled back already if the disk is full; a second rollback would hide the reason. */
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
  const names = statement.columns().map(({ name }) => name);
  // An array for each row costs the binding less than an object, and only the processor time of wide rows matters.
  statement.setReturnArrays(true);
  const read = (parameters: readonly unknown[]) => statement.all(...parameters.map(bindable)) as unknown[][];
  return {
    reader: names.length > 0,
    all: (parameters) => translateErrors(() => read(parameters).map((values) => rowOf(names, values))),
    run: (parameters) => translateErrors(() => statement.run(...parameters.map(bindable))),
    *iterate(parameters) {
      for (const values of statement.iterate(...parameters.map(bindable)) as Iterable<unknown[]>) {
        yield rowOf(names, values);
      }
    },
  };
}

function rowOf(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i];
  return row;
}

/** The binding cuts text at its first NUL, so that "admin\0x" would find "admin". */
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
      throw new AppError('store_unavailable', 'The database cannot store data at the moment; try again later', {
        cause: error,
        retryAfterSeconds: 5,
      });
    }
    throw error;
  }
}
