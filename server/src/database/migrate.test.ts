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

test('builds every table from nothing, and does nothing the second time', async () => {
  const database = empty();
  expect(await migrate(database)).toEqual({ from: 0, to: NEWEST });
  const tables = (await schemaOf(database)).filter((each) => /^create table/i.test(each.sql)).map((each) => each.name);
  expect(tables).toEqual([
    'alert_evaluations',
    'alert_limits',
    'alerts',
    'audit_logs',
    'clock_guard',
    'clock_holds',
    'gateways',
    'machine_metadata',
    'nodes',
    'notifications',
    'refresh_tokens',
    'schema_migrations',
    'sessions',
    'system_config',
    'users',
    'watch',
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

test('keeps nothing of a migration that fails, and finishes it the next time', async () => {
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

test('refuses a database of a newer program and leaves it as it is', async () => {
  const database = empty();
  await migrate(database, [...MIGRATIONS, { name: 'of tomorrow', up: async () => {} }]);
  const before = await schemaOf(database);
  await expect(migrate(database)).rejects.toMatchObject({ code: 'database_newer' });
  expect(await schemaOf(database)).toEqual(before);
});
