// What differs between PostgreSQL and other SQL engines.

import { sql } from 'kysely';
import type { SqlEngine } from './database.ts';
import { toTimestamptz } from './postgres-values.ts';

const nowMs = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const now = sql<number>`date_trunc('milliseconds', clock_timestamp())`;

/** First key of all our advisory locks (`GONS`), so that they differ from those of other programs. */
export const LOCK_CLASS = 0x474f4e53;
const LOCKS = {
  migrations: 1,
  audit: 2,
  managers: 3,
  settings: 4,
  limits: 5,
  metrics: 6,
  machines: 7,
  profiles: 8,
  contact_codes: 9,
  // 10 excludes other servers, see `advisory-lock.ts`.
  conditions: 11,
  duty: 12,
  names: 13,
} as const;

const UNIQUE_VIOLATION = '23505';

export const postgresEngine: SqlEngine = {
  name: 'postgres',
  types: { uuid: 'uuid', time: 'timestamptz(3)', flag: 'boolean' },
  now,
  nowMs,
  ago: (ms) => sql`(${now} - ${sql.lit(`${ms} milliseconds`)}::interval)`,
  time: (ms) => sql`${toTimestamptz(ms)}::timestamptz`,

  /** Released at the end of the transaction, also if the connection is lost. */
  async lock(transaction, what) {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_CLASS)}, ${sql.lit(LOCKS[what])})`.execute(transaction);
  },

  async addUpdatedAtTrigger(connection, table, columns) {
    const routine = sql.id(`${table}_set_updated_at`);
    await sql`
      create function ${routine}() returns trigger language plpgsql as $$
      begin new.updated_at = ${now}; return new; end $$`.execute(connection);
    await sql`
      create trigger ${sql.id(`${table}_updated_at`)}
      before update of ${sql.join(columns.map((column) => sql.id(column)))} on ${sql.table(table)}
      for each row when (new.updated_at = old.updated_at) execute function ${routine}()`.execute(connection);
  },

  async makeAppendOnly(connection, table) {
    const routine = sql.id(`${table}_refuse_changes`);
    await sql`
      create function ${routine}() returns trigger language plpgsql as $$
      begin raise exception ${sql.lit(`${table} is append-only`)}; end $$`.execute(connection);
    await sql`
      create trigger ${sql.id(`${table}_append_only`)} before update or delete or truncate on ${sql.table(table)}
      for each statement execute function ${routine}()`.execute(connection);
  },

  isUniqueViolation(error, table, column) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== UNIQUE_VIOLATION) return false;
    const constraint = 'constraint' in error ? error.constraint : null;
    return constraint === `${table}_${column}_key` || (column === 'id' && constraint === `${table}_pkey`);
  },
};
