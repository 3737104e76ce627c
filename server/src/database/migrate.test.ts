// Upgrades: from nothing, from every older version, after a kill half-way, and never from a newer one.

import { DatabaseSync } from '@photostructure/sqlite';
import { CompiledQuery } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { MIGRATIONS, type Migration, migrate } from './migrate.ts';
import { sqliteEngine } from './sqlite-engine.ts';
import { sqliteKysely } from './sqlite-kysely.ts';

const NEWEST = MIGRATIONS.length;

function empty() {
  const handle = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  const db = sqliteKysely(handle);
  onTestFinished(async () => {
    await db.destroy();
    handle.close();
  });
  return { db, engine: sqliteEngine };
}

async function schemaOf({ db }: ReturnType<typeof empty>) {
  const { rows } = await db.executeQuery<{ name: string; sql: string }>(
    CompiledQuery.raw("select name, sql from sqlite_schema where name not like 'sqlite_%' order by name"),
  );
  return rows.map((row) => ({ ...row }));
}

test('creates every table in an empty database, and does nothing the second time', async () => {
  const database = empty();
  expect(await migrate(database)).toEqual({ from: 0, to: NEWEST });
  const tables = (await schemaOf(database)).filter((each) => /^create table/i.test(each.sql)).map((each) => each.name);
  expect(tables).toEqual([
    'alert_evaluations',
    'alert_limits',
    'alert_raises',
    'alerts',
    'audit_logs',
    'clock_guard',
    'clock_holds',
    'copied_from',
    'deleted_machines',
    'gateways',
    'machine_aliases',
    'machine_handovers',
    'machine_metadata',
    'machine_metrics',
    'machine_overrides',
    'machine_types',
    'metric_aliases',
    'metric_states',
    'metrics',
    'nodes',
    'notifications',
    'refresh_tokens',
    'schema_migrations',
    'sessions',
    'system_config',
    'users',
    'watch',
    'write_check',
  ]);
  expect(await migrate(database)).toEqual({ from: NEWEST, to: NEWEST });
  const applied = await database.db.selectFrom('schema_migrations').selectAll().orderBy('version').execute();
  expect(applied.map((each) => each.name)).toEqual(MIGRATIONS.map((each) => each.name));
});

test.each(MIGRATIONS.map((_, version) => version))(
  'upgrades version %i in one step and keeps its data',
  async (from) => {
    const database = empty();
    await migrate(database, MIGRATIONS.slice(0, from));
    const hasUsers = from >= 1;
    if (hasUsers) {
      const columns = { id: '1', username: 'a', username_key: 'a', email: 'e', email_key: 'e' };
      await database.db
        .insertInto('users')
        .values({ ...columns, password_hash: 'h', role: 'Operator', is_active: 1, last_login: null })
        .execute();
    }
    expect(await migrate(database)).toEqual({ from, to: NEWEST });

    const fresh = empty();
    await migrate(fresh);
    expect(await schemaOf(database)).toEqual(await schemaOf(fresh));
    expect(await database.db.selectFrom('users').select('id').execute()).toHaveLength(hasUsers ? 1 : 0);
  },
);

test('rolls back a migration that fails, and completes it the next time', async () => {
  const database = empty();
  const failing: Migration = {
    name: 'failing',
    async up(connection) {
      await connection.schema.createTable('half_done').addColumn('id', 'text').execute();
      throw new Error('power cut');
    },
  };
  await expect(migrate(database, [...MIGRATIONS, failing])).rejects.toThrow('power cut');
  expect((await schemaOf(database)).map((each) => each.name)).not.toContain('half_done');
  expect(await migrate(database)).toEqual({ from: NEWEST, to: NEWEST });
  const whole: Migration = {
    name: 'failing',
    up: (connection) => connection.schema.createTable('half_done').addColumn('id', 'text').execute(),
  };
  expect(await migrate(database, [...MIGRATIONS, whole])).toEqual({ from: NEWEST, to: NEWEST + 1 });
});

test('applies each migration once when two start at the same moment', async () => {
  const database = empty();
  const [a, b] = await Promise.all([migrate(database), migrate(database)]);
  expect([a.to, b.to]).toEqual([NEWEST, NEWEST]);
  expect(await database.db.selectFrom('schema_migrations').selectAll().execute()).toHaveLength(NEWEST);
});

test('refuses a database of a newer program and does not change it', async () => {
  const database = empty();
  await migrate(database, [...MIGRATIONS, { name: 'of tomorrow', up: async () => {} }]);
  const before = await schemaOf(database);
  await expect(migrate(database)).rejects.toMatchObject({ code: 'database_newer' });
  expect(await schemaOf(database)).toEqual(before);
});

test('inserts the newest raise of every alert of an older version', async () => {
  const database = empty();
  await migrate(database, MIGRATIONS.slice(0, 7));
  const { db } = database;
  const alert = (more: Record<string, unknown>) => ({
    machine_ids: '["m"]',
    machine_name: 'Press 4',
    location: 'Hall A',
    metric: 'temperature' as const,
    limit_kind: 'high' as const,
    severity: 'warning' as const,
    state: 'active_unacked' as const,
    message: '',
    threshold: 80,
    value: 81,
    peak_value: 95,
    reading_count: 3,
    raise_count: 1,
    chattering: 0,
    raised_at: 1000,
    late: 0,
    updated_at: 2000,
    ...more,
  });
  const escalated = { severity: 'critical', limit_kind: 'high_high', threshold: 88, escalated_at: 1500 };
  const rows = [
    alert({ id: 'a', seq: 1, raise_count: 3, cleared_at: 1900, state: 'cleared_unacked' }),
    alert({ id: 'b', seq: 2, ...escalated }),
    alert({ id: 'c', seq: 3, late: 1, state: 'closed', cleared_at: 1700 }),
  ];
  for (const row of rows)
    await db
      .insertInto('alerts')
      .values(row as never)
      .execute();
  expect(await migrate(database)).toEqual({ from: 7, to: NEWEST });

  const alerts = await db
    .selectFrom('alerts')
    .select(['id', 'first_raised_at', 'end_not_seen', 'annunciated_seq'])
    .execute();
  expect(alerts.map((row) => ({ ...row }))).toEqual(
    ['a', 'b', 'c'].map((id) => ({ id, first_raised_at: 1000, end_not_seen: 0, annunciated_seq: 0 })),
  );
  const raises = await db.selectFrom('alert_raises').selectAll().orderBy('alert_id').execute();
  expect(raises).toMatchObject([
    { alert_id: 'a', number: 3, seq: 1, raised_at: 1000, cleared_at: 1900, threshold: 80, annunciated_at: 1000 },
    {
      alert_id: 'b',
      number: 1,
      limit_kind: 'high',
      severity: 'warning',
      threshold: null,
      escalated_at: 1500,
      escalated_threshold: 88,
      annunciated_at: 1000,
    },
    { alert_id: 'c', number: 1, cleared_at: 1700, annunciated_at: null },
  ]);
});
