// What differs between SQLite and other SQL engines.

import { sql } from 'kysely';
import type { SqlEngine } from './database.ts';

const nowMs = sql<number>`(cast(round(unixepoch('subsec') * 1000) as integer))`;

export const sqliteEngine: SqlEngine = {
  name: 'sqlite',
  types: { uuid: 'text', time: 'bigint', flag: 'integer' },
  now: nowMs,
  nowMs,
  ago: (ms) => sql`(${nowMs} - ${sql.lit(ms)})`,
  time: (ms) => sql`${ms}`,

  /** Nothing to do: there is one connection, and each transaction begins with the write lock. */
  async lock() {},

  async addUpdatedAtTrigger(connection, table, columns) {
    await sql`
      create trigger ${sql.id(`${table}_updated_at`)}
      after update of ${sql.join(columns.map((column) => sql.id(column)))} on ${sql.table(table)}
      when new.updated_at = old.updated_at
      begin update ${sql.table(table)} set updated_at = ${nowMs} where rowid = new.rowid; end`.execute(connection);
  },

  async makeAppendOnly(connection, table) {
    for (const verb of ['update', 'delete']) {
      await sql`
        create trigger ${sql.id(`${table}_no_${verb}`)} before ${sql.raw(verb)} on ${sql.table(table)}
        begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end`.execute(connection);
    }
  },

  isUniqueViolation(error, table, column) {
    return error instanceof Error && error.message.startsWith(`UNIQUE constraint failed: ${table}.${column}`);
  },
};
