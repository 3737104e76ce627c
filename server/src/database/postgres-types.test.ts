// The columns of PostgreSQL have the types that other programs expect, and times keep every millisecond.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findPostgres } from '../../test/support/find-program.ts';
import { idOf } from '../../test/support/id-of.ts';
import { queryPostgres as query } from '../../test/support/query-postgres.ts';
import { type PostgresServer, startPostgres } from '../../test/support/start-postgres.ts';
import { silentLogger } from '../log.ts';
import { openPostgres } from './open-postgres.ts';
import { TIME_COLUMNS } from './postgres-values.ts';

const programs = findPostgres();
let server: PostgresServer;

async function open(url: string) {
  const database = await openPostgres({ url }, silentLogger);
  onTestFinished(() => database.close());
  return database;
}

describe.skipIf(programs === null)('PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres(programs as string);
  });
  afterAll(() => server.stop());

  test('has the table of settings, and the types, that other programs expect', async () => {
    const url = await server.createDatabase();
    await open(url);
    const columns = await query(
      url,
      `select table_name as of, column_name as name, data_type as type, datetime_precision as digits
       from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`,
    );
    const typesOf = (table: string) =>
      Object.fromEntries(columns.filter((each) => each.of === table).map(({ name, type }) => [name, type]));
    expect(typesOf('system_config')).toEqual({
      id: 'uuid',
      setting_name: 'text',
      setting_value: 'text',
      description: 'text',
      updated_at: 'timestamp with time zone',
    });
    const times = { created_at: 'timestamp with time zone', updated_at: 'timestamp with time zone' };
    expect(typesOf('machine_metadata')).toMatchObject({ id: 'uuid', ...times });
    const user = { id: 'uuid', is_active: 'boolean', last_login: 'timestamp with time zone' };
    expect(typesOf('users')).toMatchObject({ ...user, ...times });

    for (const { of, name, type, digits } of columns) {
      const isTime = TIME_COLUMNS.has(String(name));
      expect(type === 'timestamp with time zone', `${of}.${name}`).toBe(isTime);
      if (isTime) expect(digits, `${of}.${name}`).toBe(3);
      if (/^(is_|late$|chattering$|end_not_seen$)/.test(String(name))) expect(type, `${of}.${name}`).toBe('boolean');
    }
    const withoutUuid = columns.filter(({ name, type }) => /(^|_)id$/.test(String(name)) && type !== 'uuid');
    expect(withoutUuid.map(({ of, name, type }) => `${of}.${name} ${type}`)).toEqual([
      'alerts.factory_id text',
      'audit_logs.id bigint',
      'audit_logs.request_id text',
      'catalogue_revision.id integer',
      'clock_guard.id integer',
      'clock_holds.node_id text',
      'copied_from.id integer',
      'deleted_machines.factory_id text',
      'gateways.factory_id text',
      'machine_metadata.factory_id text',
      'nodes.id text',
      'nodes.client_id text',
      'notification_messages.provider_id text',
      'oidc_rules.factory_id text',
      'second_factors.credential_id text',
      'shift_notes.factory_id text',
      'shift_sign_offs.factory_id text',
      'users.factory_id text',
      'watch.id integer',
      'watch.node_id text',
      'write_check.id integer',
    ]);
  });

  test.each(['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Monrovia'])(
    'returns every time as it was written in a session of the time zone %s',
    async (zone) => {
      const url = await server.createDatabase();
      await query(
        url,
        `do $$ begin execute format('alter database %I set timezone = ''${zone}''', current_database()); end $$`,
      );
      const { db } = await open(url);
      const times = Array.from({ length: 3000 }, (_, i) => i * 999_999_999_937 - 50_000_000_000_000 + (i % 1000));
      const expected = times.filter((ms) => ms < Date.UTC(9999, 11, 30));
      for (let at = 0; at < expected.length; at += 500) {
        const rows = expected.slice(at, at + 500).map((ms, i) => ({ id: idOf(`${at + i}`), user_id: idOf('u'), ms }));
        await db
          .insertInto('sessions')
          .values(rows.map(({ id, user_id, ms }) => ({ id, user_id, created_at: ms, expires_at: ms, ended_at: null })))
          .execute();
      }
      const stored = await db.selectFrom('sessions').select('created_at').orderBy('created_at').execute();
      expect(stored.map((row) => row.created_at)).toEqual(expected);
      const [middle] = expected.slice(expected.length / 2) as [number];
      const after = db
        .selectFrom('sessions')
        .select('created_at')
        .where('created_at', '>', middle)
        .orderBy('created_at');
      expect((await after.limit(1).executeTakeFirst())?.created_at).toBe(expected[expected.indexOf(middle) + 1]);
    },
  );
});
