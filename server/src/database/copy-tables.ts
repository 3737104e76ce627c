// Copies every table to an empty database of the same schema version, also of another engine, for backup and transfer.

import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { AppError } from '../errors.ts';
import { type Database, inChunks } from './database.ts';
import type { Schema } from './schema.ts';
import type { ServerTables } from './server-tables.ts';

/** Tables with their primary keys, by which they are paged. A table comes after those that it references. */
const TABLES = {
  users: ['id'],
  sessions: ['id'],
  refresh_tokens: ['token_hash'],
  known_sources: ['user_id', 'source_hash'],
  password_links: ['token_hash'],
  oidc_identities: ['user_id'],
  oidc_rules: ['position'],
  oidc_refusals: ['id'],
  oidc_returns: ['state_hash'],
  second_factors: ['id'],
  recovery_codes: ['code_hash'],
  second_factor_challenges: ['token_hash'],
  second_factor_roles: ['role'],
  machine_metadata: ['id'],
  machine_aliases: ['alias_key'],
  deleted_machines: ['id'],
  machine_handovers: ['machine_id'],
  metrics: ['name'],
  metric_aliases: ['alias'],
  metric_states: ['metric', 'code'],
  machine_types: ['name'],
  machine_overrides: ['machine_id'],
  calibration_offsets: ['machine_id', 'metric', 'valid_from'],
  machine_metrics: ['machine_id', 'metric'],
  system_config: ['id'],
  setting_authors: ['setting_id'],
  audit_logs: ['id'],
  alerts: ['id'],
  alert_raises: ['alert_id', 'number'],
  conditions: ['id'],
  improvements: ['id'],
  alert_limits: ['owner_kind', 'owner', 'metric'],
  alert_evaluations: ['machine_id', 'metric'],
  notifications: ['id'],
  notification_messages: ['id'],
  notification_channels: ['id'],
  notification_channel_states: ['channel'],
  notification_routes: ['id'],
  notification_runs: ['id'],
  notification_notices: ['message_id'],
  notification_items: ['id'],
  contact_points: ['id'],
  contact_preferences: ['user_id'],
  contact_codes: ['id'],
  shift_calendar: ['name'],
  duty_schedules: ['id'],
  duty_overrides: ['id'],
  duty_gaps_told: ['schedule_id', 'starts_at'],
  shift_notes: ['id'],
  shift_sign_offs: ['started_at', 'signed_by', 'role'],
  message_templates: ['language'],
  gateways: ['id'],
  gateway_profiles: ['gateway_id', 'version'],
  access_keys: ['id'],
} as const satisfies Record<Exclude<keyof Schema, keyof ServerTables>, readonly string[]>;
type Table = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as Table[];

const ROWS_PER_PAGE = 500;
/** Far fewer values than SQLite and PostgreSQL accept in one statement. */
const ROWS_PER_INSERT = 100;
const CHECKSUM_BITS = 256;

/** For queries whose table is only known at run time; the union of all row types is too complex for the compiler. */
type AnyTables = Record<string, Record<string, unknown>>;

/**
 * Copies all rows as of one moment, in one transaction on each side: `to` has all of them or none. Rejects with `conflict`
 * if a table of `to` is not empty.
 *
 * @returns the number of rows of each table
 */
export async function copyTables(
  from: Database,
  to: Database,
  progress: (line: string) => void,
): Promise<Record<Table, number>> {
  const counts = {} as Record<Table, number>;
  await from.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (source) => {
      await to.db.transaction().execute(async (target) => {
        for (const table of NAMES) {
          await refuseRows(target, table);
          counts[table] = await copyTable(source, target, table);
          progress(`${table}: ${counts[table]} rows`);
        }
      });
    });
  return counts;
}

async function refuseRows(target: Transaction<Schema>, table: Table): Promise<void> {
  const found = await target.selectFrom(table).select(sql.lit(1).as('one')).limit(1).executeTakeFirst();
  if (found) throw new AppError('conflict', `The table ${table} is not empty`);
}

async function copyTable(source: Transaction<Schema>, target: Transaction<Schema>, table: Table): Promise<number> {
  const write = target as unknown as Kysely<AnyTables>;
  let copied = 0;
  for await (const rows of tablePages(source, table)) {
    await inChunks(rows, ROWS_PER_INSERT, (chunk) => write.insertInto(table).values(chunk).execute());
    copied += rows.length;
  }
  return copied;
}

/** All rows of a table in the order of its key. */
async function* tablePages(source: Transaction<Schema>, table: Table): AsyncGenerator<Record<string, unknown>[]> {
  const key = TABLES[table];
  const read = source as unknown as Kysely<AnyTables>;
  let last: Record<string, unknown> | undefined;
  for (;;) {
    let query = read.selectFrom(table).selectAll().limit(ROWS_PER_PAGE);
    for (const column of key) query = query.orderBy(column);
    const after = last;
    if (after) {
      query = query.where(({ eb, refTuple, tuple }) =>
        key.length === 1
          ? eb(key[0], '>', after[key[0]])
          : // Tuples of two or three columns have types of their own.
            eb(
              refTuple(...(key as unknown as [string, string])),
              '>',
              tuple(...(key.map((name) => after[name]) as [unknown, unknown])),
            ),
      );
    }
    const rows = await query.execute();
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
    if (rows.length < ROWS_PER_PAGE) return;
  }
}

/**
 * The number of rows and a checksum of each table as of one moment. Two databases have equal digests if their rows are
 * equal, whatever the engine: the checksum does not depend on the order of rows, in which collations differ.
 */
export async function digestTables(database: Database): Promise<Record<Table, { rows: number; checksum: string }>> {
  const digests = {} as Record<Table, { rows: number; checksum: string }>;
  await database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (source) => {
      for (const table of NAMES) {
        let rows = 0;
        let sum = 0n;
        for await (const page of tablePages(source, table)) {
          await inChunks(page, ROWS_PER_INSERT, (chunk) => {
            for (const row of chunk) sum += BigInt(`0x${rowHash(row)}`);
            rows += chunk.length;
            return undefined;
          });
        }
        digests[table] = { rows, checksum: BigInt.asUintN(CHECKSUM_BITS, sum).toString(16) };
      }
    });
  return digests;
}

function rowHash(row: Record<string, unknown>): string {
  const columns = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
}
