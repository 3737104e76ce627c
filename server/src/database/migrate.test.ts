// Upgrades: from nothing, from every older version, after a kill half-way, and never from a newer one.

import { DatabaseSync } from '@photostructure/sqlite';
import { CompiledQuery } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { idOf } from '../../test/support/id-of.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
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
    'access_keys',
    'alert_evaluations',
    'alert_limits',
    'alert_raises',
    'alerts',
    'audit_logs',
    'calibration_offsets',
    'catalogue_revision',
    'clock_guard',
    'clock_holds',
    'conditions',
    'contact_codes',
    'contact_points',
    'contact_preferences',
    'copied_from',
    'deleted_machines',
    'duty_gaps_told',
    'duty_overrides',
    'duty_schedules',
    'gateway_profiles',
    'gateways',
    'improvements',
    'known_sources',
    'machine_aliases',
    'machine_handovers',
    'machine_metadata',
    'machine_metrics',
    'machine_overrides',
    'machine_types',
    'message_templates',
    'metric_aliases',
    'metric_states',
    'metrics',
    'nodes',
    'notification_channel_states',
    'notification_channels',
    'notification_items',
    'notification_messages',
    'notification_notices',
    'notification_routes',
    'notification_runs',
    'notifications',
    'oidc_identities',
    'oidc_refusals',
    'oidc_returns',
    'oidc_rules',
    'password_links',
    'recovery_codes',
    'refresh_tokens',
    'schema_migrations',
    'second_factor_challenges',
    'second_factor_roles',
    'second_factors',
    'sessions',
    'setting_authors',
    'shift_calendar',
    'shift_notes',
    'shift_sign_offs',
    'sparkplug_nodes',
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

test.each([
  { address: 'alerts@factory.com', by: null, becomes: '' },
  { address: 'alerts@factory.com', by: 'anna', becomes: 'alerts@factory.com' },
  { address: 'night@plant.example', by: 'anna', becomes: 'night@plant.example' },
  { address: 'night@plant.example', by: null, becomes: 'night@plant.example' },
  { address: '', by: 'anna', becomes: '' },
])(
  'turns the address for alert mails $address of an older version, set by $by, into $becomes',
  async ({ address, by, becomes }) => {
    const database = empty();
    await migrate(database, MIGRATIONS.slice(0, 10));
    // Another setting with the same text is nobody's address.
    const insert = `insert into system_config (name, value, updated_at, updated_by)
      values ('alert_email', ?, 1000, ?), ('other', 'alerts@factory.com', 1000, null)`;
    await database.db.executeQuery(CompiledQuery.raw(insert, [address, by]));
    await migrate(database);
    const settings = new SqlSettingRepository({ ...database, probeWrite: async () => {}, close: async () => {} });
    expect(await settings.all()).toEqual([
      { name: 'alert_email', value: becomes, updatedAtMs: becomes === address ? 1000 : 1001, updatedBy: by },
      { name: 'other', value: 'alerts@factory.com', updatedAtMs: 1000, updatedBy: null },
    ]);
  },
);

test('keeps every setting of an older version, under an id that does not depend on the database', async () => {
  const upgraded = async () => {
    const database = empty();
    await migrate(database, MIGRATIONS.slice(0, 12));
    const insert = `insert into system_config (name, value, updated_at, updated_by)
      values ('b', '', 5, 'anna'), ('a', '80.0', 7, null)`;
    await database.db.executeQuery(CompiledQuery.raw(insert));
    await migrate(database);
    const rows = await database.db.selectFrom('system_config').selectAll().orderBy('setting_name').execute();
    return rows.map((row) => ({ ...row }));
  };
  const rows = await upgraded();
  expect(rows).toEqual([
    { id: expect.any(String), setting_name: 'a', setting_value: '80.0', description: null, updated_at: 7 },
    { id: expect.any(String), setting_name: 'b', setting_value: '', description: null, updated_at: 5 },
  ]);
  expect(await upgraded()).toEqual(rows);
});

test('keeps the rights of gateways of an older version, and names the scope that comes nearest', async () => {
  const database = empty();
  const { db } = database;
  const before = MIGRATIONS.findIndex((each) => each.name === 'gateway-scope');
  await migrate(database, MIGRATIONS.slice(0, before));
  const gateway = (name: string, machines: string[], factory_id: string | null) => ({
    ...{ id: idOf(name), name, name_key: name, username: name, password_hash: 'h' },
    ...{ machine_ids: JSON.stringify(machines), factory_id },
  });
  await db
    .insertInto('gateways')
    .values([
      gateway('a', [], null),
      gateway('b', [idOf('m')], null),
      gateway('c', [], 'F1'),
      gateway('d', [idOf('m')], 'F1'),
    ] as never)
    .execute();
  await migrate(database);
  const rows = await db.selectFrom('gateways').select(['name', 'scope', 'needs_review']).orderBy('name').execute();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { name: 'a', scope: 'plant', needs_review: 1 },
    { name: 'b', scope: 'machines', needs_review: 1 },
    { name: 'c', scope: 'factory', needs_review: 1 },
    { name: 'd', scope: 'factory', needs_review: 1 },
  ]);
});

test('lists the machines that an older version deleted without their readings, as far as the audit log knows them', async () => {
  const database = empty();
  const { db } = database;
  await migrate(database, MIGRATIONS.slice(0, 14));
  const [kept, deleted, again, other] = ['a', 'b', 'c', 'd'].map(idOf) as [string, string, string, string];
  const entry = (id: number, target: string, details: object, action = 'machine.delete') => ({
    ...{ id, target, at: 1000 + id, action, outcome: 'success', details: JSON.stringify(details), hash: '' },
    ...{ user_id: null, username: null, ip: null, request_id: null },
  });
  const machine = { name: 'Again', name_key: 'again', location: 'Hall', sensor_type: 'press', status: 'active' };
  await db
    .insertInto('machine_metadata')
    .values({ id: again, ...machine } as never)
    .execute();
  await db
    .insertInto('audit_logs')
    .values([
      entry(1, kept, { name: 'Kept', readings: 'keep' }),
      entry(2, deleted, { name: 'Deleted', readings: 'keep' }),
      entry(3, deleted, { name: 'Deleted', readings: 'delete' }),
      entry(4, again, { name: 'Again', readings: 'keep' }),
      entry(5, other, { name: 'Changed', readings: 'keep' }, 'machine.update'),
      entry(6, 'no id', { name: 'Odd', readings: 'keep' }),
      { ...entry(7, other, { readings: 'keep', status: 403 }), outcome: 'refused' },
    ] as never)
    .execute();
  await migrate(database);
  const rows = await db.selectFrom('deleted_machines').selectAll().execute();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    {
      id: kept,
      name: 'Kept',
      location: 'Unknown',
      sensor_type: 'Unknown',
      factory_id: null,
      aliases: '[]',
      deleted_at: 1001,
    },
  ]);
});
