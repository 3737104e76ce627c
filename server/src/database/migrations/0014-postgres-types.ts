// Converts the columns of PostgreSQL in place: ids from text to `uuid`, times from UTC ms to `timestamptz(3)`, and flags from 0 or
// 1 to `boolean`. Names, order, indexes, keys and other constraints stay.

import { type RawBuilder, sql } from 'kysely';
import { AppError } from '../../errors.ts';
import type { Connection, SqlEngine } from '../database.ts';

/** What a column holds, and its default. */
type Column = 'uuid' | 'time' | 'time default now' | 'flag' | 'flag default true' | 'flag default false';

/**
 * In the order in which long transactions use the tables, so that locking them rarely ends in a deadlock with a node of an older
 * version that still runs. If it does, the next start tries again.
 */
const TABLES = {
  machine_metadata: { id: 'uuid', created_at: 'time default now', updated_at: 'time default now' },
  metrics: {
    is_free_text: 'flag default false',
    discovered_at: 'time',
    created_at: 'time',
    updated_at: 'time',
  },
  machine_types: { created_at: 'time', updated_at: 'time' },
  machine_overrides: { machine_id: 'uuid' },
  machine_metrics: { machine_id: 'uuid' },
  users: {
    id: 'uuid',
    is_active: 'flag default true',
    created_at: 'time default now',
    updated_at: 'time default now',
    last_login: 'time',
  },
  sessions: { id: 'uuid', user_id: 'uuid', created_at: 'time', expires_at: 'time', ended_at: 'time' },
  refresh_tokens: { session_id: 'uuid', created_at: 'time', expires_at: 'time', spent_at: 'time' },
  watch: { plant_id: 'uuid', held_until: 'time', kept_until: 'time' },
  alerts: {
    id: 'uuid',
    machine_id: 'uuid',
    chattering: 'flag',
    raised_at: 'time',
    escalated_at: 'time',
    cleared_at: 'time',
    acknowledged_at: 'time',
    shelved_until: 'time',
    late: 'flag',
    updated_at: 'time',
    first_raised_at: 'time',
    end_not_seen: 'flag default false',
  },
  alert_raises: {
    alert_id: 'uuid',
    raised_at: 'time',
    cleared_at: 'time',
    escalated_at: 'time',
    annunciated_at: 'time',
  },
  alert_evaluations: { machine_id: 'uuid' },
  notifications: { id: 'uuid', alert_id: 'uuid', created_at: 'time' },
  gateways: {
    id: 'uuid',
    is_active: 'flag default true',
    created_at: 'time default now',
    updated_at: 'time default now',
    last_seen: 'time',
  },
  nodes: { is_running: 'flag', seen_at: 'time', is_subscribed: 'flag default true' },
  clock_guard: { newest_arrival: 'time' },
  clock_holds: { clock_at: 'time', is_confirmed: 'flag', seen_at: 'time' },
  audit_logs: { at: 'time', user_id: 'uuid' },
  copied_from: { source: 'uuid', is_complete: 'flag', changed_at: 'time' },
  write_check: { checked_at: 'time' },
  schema_migrations: { applied_at: 'time default now' },
} as const satisfies Record<string, Record<string, Column>>;

/** Constraints that say that a flag is 0 or 1. */
const FLAG_CHECKS: Partial<Record<keyof typeof TABLES, readonly string[]>> = {
  users: ['users_is_active'],
  gateways: ['gateways_is_active'],
  metrics: ['metrics_is_free_text'],
  alerts: ['alerts_chattering', 'alerts_late', 'alerts_end_not_seen_check'],
};

const FOREIGN_KEYS = [
  { table: 'refresh_tokens', column: 'session_id', references: 'sessions' },
  { table: 'alert_raises', column: 'alert_id', references: 'alerts' },
  { table: 'notifications', column: 'alert_id', references: 'alerts' },
] as const;

/** Tables with a trigger that sets `updated_at`, and the columns that it watches. */
const UPDATED_AT = {
  machine_metadata: ['name', 'location', 'sensor_type', 'status'],
  users: ['username', 'email', 'password_hash', 'role', 'factory_id', 'department', 'is_active'],
  gateways: ['name', 'username', 'password_hash', 'machine_ids', 'factory_id', 'is_active'],
} as const;

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/**
 * The table `system_config` must have been dropped. Reading and writing of the tables waits until the transaction has ended.
 *
 * @throws AppError `conflict` where a column of ids holds a text that is not a UUID in lower case
 */
export async function convertToPostgresTypes(connection: Connection, engine: SqlEngine): Promise<void> {
  const tables = sql.join(Object.keys(TABLES).map((table) => sql.table(table)));
  await sql`lock table ${tables} in access exclusive mode`.execute(connection);
  await sql`drop function system_config_set_updated_at()`.execute(connection);
  for (const table of Object.keys(UPDATED_AT)) {
    await sql`drop trigger ${sql.id(`${table}_updated_at`)} on ${sql.table(table)}`.execute(connection);
    await sql`drop function ${sql.id(`${table}_set_updated_at`)}()`.execute(connection);
  }
  for (const { table, column } of FOREIGN_KEYS) {
    await connection.schema.alterTable(table).dropConstraint(`${table}_${column}_fkey`).execute();
  }
  for (const [table, columns] of Object.entries(TABLES)) {
    await refuseOtherIds(connection, table, columns);
    const changes = [
      ...(FLAG_CHECKS[table as keyof typeof TABLES] ?? []).map((check) => sql`drop constraint ${sql.id(check)}`),
      ...Object.entries(columns).flatMap(([name, column]) => changesOf(engine, name, column as Column)),
    ];
    // In one statement, so that the table is written anew only once.
    await sql`alter table ${sql.table(table)} ${sql.join(changes)}`.execute(connection);
  }
  for (const { table, column, references } of FOREIGN_KEYS) {
    await connection.schema
      .alterTable(table)
      .addForeignKeyConstraint(`${table}_${column}_fkey`, [column], references, ['id'])
      .onDelete('cascade')
      .execute();
  }
  for (const [table, columns] of Object.entries(UPDATED_AT)) {
    await engine.addUpdatedAtTrigger(connection, table as keyof typeof UPDATED_AT, columns);
  }
  // A column loses its statistics together with its type.
  await sql`analyze ${tables}`.execute(connection);
}

function changesOf(engine: SqlEngine, name: string, column: Column): RawBuilder<unknown>[] {
  const [kind, , initial] = column.split(' ') as ['uuid' | 'time' | 'flag', unknown, string | undefined];
  const id = sql.id(name);
  const converted = {
    uuid: sql`${id}::uuid`,
    time: sql`to_timestamp(${id}::double precision / 1000)`,
    flag: sql`${id} <> 0`,
  };
  return [
    sql`alter column ${id} drop default`,
    sql`alter column ${id} type ${sql.raw(engine.types[kind])} using ${converted[kind]}`,
    ...(initial === undefined
      ? []
      : [sql`alter column ${id} set default ${initial === 'now' ? engine.now : sql.raw(initial)}`]),
  ];
}

/** Ids in capitals would get another text, which readings and the hashes of the audit log do not have. */
async function refuseOtherIds(connection: Connection, table: string, columns: Record<string, Column>): Promise<void> {
  const ids = Object.keys(columns).filter((name) => columns[name] === 'uuid');
  if (ids.length === 0) return;
  const examples = ids.map((id) => sql`min(${sql.ref(id)}) filter (where ${sql.ref(id)} !~ ${UUID}) as ${sql.id(id)}`);
  const { rows } = await sql<Record<string, string | null>>`
    select ${sql.join(examples)} from ${sql.table(table)}`.execute(connection);
  for (const [id, example] of Object.entries(rows[0] ?? {})) {
    if (example === null) continue;
    throw new AppError(
      'conflict',
      `The database cannot be migrated, because the column ${id} of the table ${table} holds ${JSON.stringify(example)},` +
        ' which is not a UUID in lower case. Correct or delete such rows, and start again.',
    );
  }
}
