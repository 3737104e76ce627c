// What the repositories get: the queries, and the few things in which SQL engines differ.

import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

export type Connection = Kysely<Schema> | Transaction<Schema>;

export interface SqlEngine {
  readonly name: 'sqlite' | 'postgres';
  /** The database's own clock, UTC ms. */
  readonly nowMs: RawBuilder<number>;
  /** Lets one transaction at a time through, on all nodes, until it ends. */
  lock(transaction: Connection, what: 'migrations' | 'audit' | 'managers' | 'settings' | 'limits'): Promise<void>;
  /** Sets `updated_at` whenever one of `columns` is written and the writer did not set it. */
  addUpdatedAtTrigger(connection: Connection, table: keyof Schema, columns: readonly string[]): Promise<void>;
  /** Makes the table append-only. */
  makeAppendOnly(connection: Connection, table: keyof Schema): Promise<void>;
  /** Whether `error` says that a unique column of the table would hold the same value twice. */
  isUniqueViolation(error: unknown, table: keyof Schema, column: string): boolean;
}

export interface Database {
  /** Queries reject with `store_unavailable` where it cannot be asked, or written, at the moment. */
  readonly db: Kysely<Schema>;
  readonly engine: SqlEngine;
  /**
   * Resolves where something can be stored at this moment. Rejects with `store_unavailable`, whose message says why in a
   * sentence for whoever looks after the server.
   */
  probeWrite(): Promise<void>;
  /** Waits for the transaction under way. Safe twice. */
  close(): Promise<void>;
}

/** What the commands need of a database beside its queries. */
export interface StoredDatabase extends Database {
  /** Writes a consistent copy as an embedded database while the server runs, wherever the data stands. */
  backup(file: string): Promise<void>;
  /** The engine's own check of what is stored: its findings, empty where all is well. */
  check(): Promise<string[]>;
}
