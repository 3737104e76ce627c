// The ports of the SQL database: queries for the repositories, and what differs between SQL engines.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ColumnDataType, Kysely, RawBuilder, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

export type Connection = Kysely<Schema> | Transaction<Schema>;

export interface SqlEngine {
  readonly name: 'sqlite' | 'postgres';
  /** The types of columns that hold an id, a time and a flag. */
  readonly types: Readonly<Record<'uuid' | 'time' | 'flag', ColumnDataType>>;
  /** The clock of the database, for columns that hold times. Has whole milliseconds. */
  readonly now: RawBuilder<number>;
  /** The same as a number of UTC ms. Only for migrations before 0014, whose columns hold numbers. */
  readonly nowMs: RawBuilder<number>;
  /** The time that was `ms` before `now`. */
  ago(ms: number): RawBuilder<number>;
  /** A time, UTC ms, in raw SQL. Elsewhere a number is enough. */
  time(ms: number): RawBuilder<number>;
  /** Only one transaction at a time, on all nodes, holds the lock `what`. It is released at the end of the transaction. */
  lock(
    transaction: Connection,
    what:
      | 'migrations'
      | 'conditions'
      | 'audit'
      | 'managers'
      | 'settings'
      | 'limits'
      | 'metrics'
      | 'machines'
      | 'profiles'
      | 'duty'
      | 'contact_codes'
      | 'names',
  ): Promise<void>;
  /** Adds a trigger that sets `updated_at` when one of `columns` is written and `updated_at` is not. */
  addUpdatedAtTrigger(connection: Connection, table: keyof Schema, columns: readonly string[]): Promise<void>;
  /** Adds triggers that refuse to update or delete rows of the table. */
  makeAppendOnly(connection: Connection, table: keyof Schema): Promise<void>;
  /** Whether `error` says that the unique column of the table holds the value already. */
  isUniqueViolation(error: unknown, table: keyof Schema, column: string): boolean;
}

export interface Database {
  /** Queries reject with `store_unavailable` while the database cannot be reached or cannot store data. */
  readonly db: Kysely<Schema>;
  readonly engine: SqlEngine;
  /** Writes a row to find out whether data can be stored. Rejects with `store_unavailable`; the message gives the reason. */
  probeWrite(): Promise<void>;
  /** Waits for the transaction in progress. Queries reject afterwards. Safe twice. */
  close(): Promise<void>;
}

/** What the commands need besides queries. */
export interface StoredDatabase extends Database {
  /** Writes a consistent copy to `file`, as an embedded database, while the server runs. Durable when it resolves. */
  backup(file: string): Promise<void>;
  /** Runs the integrity check of the engine. Resolves with its findings, empty if there are none. */
  check(): Promise<string[]>;
}

/** Processes many rows in chunks and yields to the event loop between them, because SQLite runs synchronously. */
export async function inChunks<T>(
  rows: readonly T[],
  size: number,
  work: (chunk: T[]) => Promise<unknown> | undefined,
): Promise<void> {
  for (let at = 0; at < rows.length; at += size) {
    if (at > 0) await nextTurn();
    await work(rows.slice(at, at + size));
  }
}
