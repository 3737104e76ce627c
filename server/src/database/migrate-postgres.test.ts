// Upgrades of PostgreSQL: from the data of format 1 and from every version, with the types that other programs expect, and after
// the server was killed half-way.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findPostgres } from '../../test/support/find-program.ts';
import { idOf } from '../../test/support/id-of.ts';
import { queryPostgres as query, type Rows } from '../../test/support/query-postgres.ts';
import { type PostgresServer, startPostgres } from '../../test/support/start-postgres.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { silentLogger } from '../log.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import type { Database } from './database.ts';
import { MIGRATIONS, type Migration } from './migrate.ts';
import { migrateSchema, openPostgres } from './open-postgres.ts';
import type { Schema } from './schema.ts';

const DUMP = join(import.meta.dirname, '../../test/fixtures/version-1/postgres.sql.gz');
const BEFORE_OWN_TYPES = MIGRATIONS.findIndex(({ name }) => name === 'own-types');

const programs = findPostgres();
let server: PostgresServer;

async function open(url: string) {
  const database = await openPostgres({ url }, silentLogger);
  onTestFinished(() => database.close());
  return database;
}

/** Migrates as a server does that knows only `migrations`. */
const migrateTo = (url: string, migrations: readonly Migration[]) => migrateSchema({ url }, () => {}, migrations);

/** The data of format 1, with rows in the tables that it leaves empty, and with times of every millisecond. */
async function version1(): Promise<string> {
  const url = await server.createDatabase();
  await query(url, String(gunzipSync(await readFile(DUMP))));
  const [a, b] = [idOf('a'), idOf('b')];
  await query(
    url,
    `set search_path to public;
     insert into nodes (id, host, client_id, is_running, seen_at, is_subscribed)
       values ('0a1b2c3d4e5f', 'one', 'plant', 1, 1768480000001, 0), ('ffffffffffff', 'two', null, 0, 0, 1);
     insert into clock_holds values ('0a1b2c3d4e5f', 'one', 'moved_ahead', 5000, 60000, 1768480005001, 1, 1768480000999);
     insert into copied_from values (1, '${a}', 1, 1768480000002);
     update watch set epoch = 7, node_id = '0a1b2c3d4e5f', held_until = 1768480002501, kept_until = 1768479999998;
     update clock_guard set newest_arrival = 1768480000003;
     update gateways set is_active = 0, last_seen = 1768480000004;
     update users set is_active = 0, last_login = 1768480000005 where username = 'operator1';
     insert into system_config values ('setting of a later version', 'x', 1768480000006, 'änna');
     update alerts set shelved_until = 1768480000007, chattering = 1 where seq = 3;
     update alerts set end_not_seen = 1, late = 0 where seq = 4;
     insert into sessions select gen_random_uuid(), '${b}', 1700000000000 + i::bigint * 86400001, i, i::bigint * 1999999 from generate_series(0, 2999) i;
     insert into refresh_tokens select 'hash ' || id, id, created_at, expires_at, ended_at from sessions where user_id = '${b}'`,
  );
  return url;
}

/** Every row of every table, with whole numbers as numbers. */
async function rowsOf(url: string): Promise<Record<string, Rows>> {
  const tables = await query(url, `select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  const all: Record<string, Rows> = {};
  for (const { name } of tables) {
    const rows = await query(url, `select * from public.${name}`);
    const bigints = await query(
      url,
      `select column_name from information_schema.columns where table_name = '${name}' and data_type = 'bigint'`,
    );
    for (const row of rows) {
      for (const { column_name: column } of bigints) {
        if (row[String(column)] !== null) row[String(column)] = Number(row[String(column)]);
      }
    }
    all[String(name)] = rows;
  }
  return all;
}

/** Tables with columns, constraints, indexes, triggers and functions, as PostgreSQL describes them. */
async function schemaOf(url: string): Promise<Record<string, Rows>> {
  return {
    columns: await query(
      url,
      `select table_name, column_name, ordinal_position, data_type, datetime_precision, is_nullable, column_default
       from information_schema.columns where table_schema = 'public' order by 1, 2`,
    ),
    constraints: await query(
      url,
      `select conrelid::regclass::text as of, conname, pg_get_constraintdef(oid) as is, convalidated from pg_constraint
       where connamespace = 'public'::regnamespace order by 1, 2`,
    ),
    indexes: await query(url, `select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1`),
    triggers: await query(
      url,
      `select pg_get_triggerdef(oid) as is, tgenabled from pg_trigger where not tgisinternal order by 1`,
    ),
    functions: await query(
      url,
      `select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
    ),
  };
}

const allRows = async ({ db }: Database, table: string) =>
  (await db
    .selectFrom(table as keyof Schema)
    .selectAll()
    .execute()) as Rows;

const sorted = (rows: Rows) => rows.map((row) => JSON.stringify(row)).sort();

describe.skipIf(programs === null)('PostgreSQL', () => {
  /** Of a new installation. */
  let newest: Awaited<ReturnType<typeof schemaOf>>;
  beforeAll(async () => {
    server = await startPostgres(programs as string);
    const url = await server.createDatabase();
    await migrateTo(url, MIGRATIONS);
    newest = await schemaOf(url);
  });
  afterAll(() => server.stop());

  /** Compares the rows of before the upgrade with those that the server reads now. */
  async function expectSameRows(before: Record<string, Rows>, database: Database): Promise<void> {
    const {
      system_config: settings,
      clock_holds: holds,
      schema_migrations: versions,
      notifications,
      ...others
    } = before;
    // Nobody was told of these, and nobody is to be told of them now.
    expect(notifications?.length).toBeGreaterThan(0);
    expect(await allRows(database, 'notifications')).toEqual([]);
    for (const [table, rows] of Object.entries(others)) {
      // Later migrations add columns.
      const columns = Object.keys(rows[0] ?? {});
      const now = (await allRows(database, table)).map((row) =>
        Object.fromEntries(columns.map((name) => [name, row[name]])),
      );
      expect(sorted(now), table).toEqual(sorted(rows));
    }
    expect(await allRows(database, 'clock_holds')).toEqual(
      holds?.map(({ clock_ms, ...hold }) => ({ ...hold, clock_at: clock_ms })),
    );
    expect(await allRows(database, 'schema_migrations')).toEqual(expect.arrayContaining(versions ?? []));
    const stored = await new SqlSettingRepository(database).all();
    expect(stored.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      settings
        ?.map((row) => ({ name: row.name, value: row.value, updatedAtMs: row.updated_at, updatedBy: row.updated_by }))
        .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
    );
    const entries = before.audit_logs?.length as number;
    expect(entries).toBeGreaterThan(10);
    expect(await new SqlAuditLog(database).verify()).toEqual({ entries, brokenAt: null });
  }

  test('of format 1 has every row, and the same schema as a new installation, after the upgrade', async () => {
    const url = await version1();
    const before = await rowsOf(url);
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
    const database = await open(url);
    await expectSameRows(before, database);
    expect(await schemaOf(url)).toEqual(newest);

    const changed = database.db.updateTable('users').set({ department: 'QA' }).where('username', '=', 'operator1');
    const { updated_at } = await changed.returning('updated_at').executeTakeFirstOrThrow();
    expect(Math.abs(updated_at - Date.now())).toBeLessThan(60_000);
    await expect(database.db.deleteFrom('audit_logs').execute()).rejects.toThrow(/append-only/);
    await database.db.deleteFrom('alerts').execute();
    expect(await allRows(database, 'alert_raises')).toEqual([]);
  });

  test.each(MIGRATIONS.map((_, version) => version))(
    'of version %i gets the schema of a new installation',
    async (from) => {
      const url = await server.createDatabase();
      await migrateTo(url, MIGRATIONS.slice(0, from));
      await migrateTo(url, MIGRATIONS);
      expect(await schemaOf(url)).toEqual(newest);
    },
  );

  test('is not converted, and says why, if an id is not a UUID in lower case', async () => {
    const url = await version1();
    await migrateTo(url, MIGRATIONS.slice(0, BEFORE_OWN_TYPES));
    await query(url, `insert into sessions values ('${idOf('a').toUpperCase()}', '${idOf('b')}', 0, 0, null)`);
    const [schema, rows] = [await schemaOf(url), await rowsOf(url)];
    await expect(openPostgres({ url }, silentLogger)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`column id of the table sessions holds "${idOf('a').toUpperCase()}"`),
    });
    expect([await schemaOf(url), await rowsOf(url)]).toEqual([schema, rows]);
  });

  test('keeps everything if it is killed before the conversion is committed, and is upgraded the next time', {
    timeout: 120_000,
  }, async () => {
    const url = await version1();
    await migrateTo(url, MIGRATIONS.slice(0, BEFORE_OWN_TYPES));
    await query(
      url,
      `insert into metrics (name, label, kind, decimals, sort_order, status, is_free_text, discovered_at, created_at, updated_at)
         values ('flow', 'Flow', 'gauge', 1, 1, 'discovered', 1, 1768480000007, 1768480000008, 1768480000009),
                ('door', 'Door', 'boolean', 0, 2, 'active', 0, null, 0, 1);
       insert into machine_overrides select id, '{}' from machine_metadata;
       insert into machine_metrics select id, 'flow' from machine_metadata`,
    );
    const [before, schema] = [await rowsOf(url), await schemaOf(url)];
    const killing: Migration = {
      name: 'own-types',
      async up(connection, engine) {
        await MIGRATIONS[BEFORE_OWN_TYPES]?.up(connection, engine);
        await server.kill();
      },
    };
    await expect(migrateTo(url, [...MIGRATIONS.slice(0, BEFORE_OWN_TYPES), killing])).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await server.start();
    expect(await schemaOf(url)).toEqual(schema);
    await expectSameRows(before, await open(url));
  });
});
