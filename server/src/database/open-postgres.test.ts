// PostgreSQL as a real server: shared by nodes, stopped and back, too old, copied to and from.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findPostgres } from '../../test/support/find-program.ts';
import { type PostgresServer, startPostgres } from '../../test/support/start-postgres.ts';
import { copyTables } from './copy-tables.ts';
import type { Database } from './database.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';
import { openPostgres } from './open-postgres.ts';

const programs = findPostgres();
const log = pino({ level: 'silent' });
let server: PostgresServer;

async function openAt(url: string) {
  const database = await openPostgres({ url }, log);
  onTestFinished(() => database.close());
  return database;
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const addMachine = ({ db }: Database, id: string) =>
  db
    .insertInto('machine_metadata')
    .values({ id, name: id, name_key: id, location: 'l', sensor_type: 's', status: 'active' })
    .execute();
const machineIds = async ({ db }: Database) =>
  (await db.selectFrom('machine_metadata').select('id').orderBy('id').execute()).map((row) => row.id);

describe.skipIf(programs === null)('PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres(programs as string);
  });
  afterAll(() => server.stop());

  test('is brought up to date once when several nodes start at the same moment', async () => {
    const url = await server.createDatabase();
    const nodes = await Promise.all([openAt(url), openAt(url), openAt(url)]);
    expect(await nodes[0].db.selectFrom('schema_migrations').selectAll().execute()).toHaveLength(MIGRATIONS.length);
    await addMachine(nodes[0], 'a');
    expect(await machineIds(nodes[2])).toEqual(['a']);
  });

  test('refuses the schema of a newer program', async () => {
    const url = await server.createDatabase();
    await migrate(await openAt(url), [...MIGRATIONS, { name: 'of tomorrow', up: async () => {} }]);
    await expect(openPostgres({ url }, log)).rejects.toMatchObject({ code: 'database_newer' });
  });

  test('keeps updated_at by itself, unless the writer sets it', async () => {
    const database = await openAt(await server.createDatabase());
    await addMachine(database, 'a');
    const updatedAt = async () =>
      (await database.db.selectFrom('machine_metadata').select('updated_at').executeTakeFirstOrThrow()).updated_at;
    await database.db.updateTable('machine_metadata').set({ updated_at: 1 }).execute();
    expect(await updatedAt()).toBe(1);
    await database.db.updateTable('machine_metadata').set({ location: 'elsewhere' }).execute();
    expect(await updatedAt()).toBeGreaterThan(Date.now() - 60_000);
  });

  test('says that it is unavailable while the server is gone, and works again when it is back', async () => {
    const url = await server.createDatabase();
    const database = await openAt(url);
    await addMachine(database, 'a');
    await server.kill();
    await expect(machineIds(database)).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 });
    await expect(openPostgres({ url }, log)).rejects.toMatchObject({ code: 'store_unavailable' });
    await server.start();
    expect(await machineIds(database)).toEqual(['a']);
  });

  test('gives back nothing of a transaction that the server’s end cut short', async () => {
    const url = await server.createDatabase();
    const database = await openAt(url);
    await expect(
      database.db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('machine_metadata')
          .values({ id: 'b', name: 'b', name_key: 'b', location: 'l', sensor_type: 's', status: 'active' })
          .execute();
        await server.kill();
      }),
    ).rejects.toMatchObject({ code: 'store_unavailable' });
    await server.start();
    expect(await machineIds(database)).toEqual([]);
  });

  test('is copied to an embedded database and back, row for row, and only into an empty one', async () => {
    const directory = await temporaryDirectory();
    const database = await openAt(await server.createDatabase());
    for (let i = 0; i < 1_234; i++) await addMachine(database, `m${i}`);
    await database.db
      .insertInto('alert_limits')
      .values(
        Array.from({ length: 700 }, (_, i) => ({
          owner_kind: 'machine' as const,
          owner: `m${Math.floor(i / 2)}`,
          metric: i % 2 === 0 ? ('temperature' as const) : ('speed' as const),
          low_low: null,
          low: 0,
          high: i / 3,
          high_high: null,
        })),
      )
      .execute();
    await database.backup(join(directory, DATABASE_FILE));
    const embedded = await openEmbeddedDatabase(dirname(join(directory, DATABASE_FILE)));
    onTestFinished(() => embedded.close());
    const back = await openAt(await server.createDatabase());
    const counts = await copyTables(embedded, back, () => {});
    expect(counts).toMatchObject({ machine_metadata: 1_234, alert_limits: 700, users: 0 });
    const all = async ({ db }: Database) => ({
      machines: await db.selectFrom('machine_metadata').selectAll().orderBy('id').execute(),
      limits: await db.selectFrom('alert_limits').selectAll().orderBy('owner').orderBy('metric').execute(),
    });
    expect(await all(back)).toEqual(await all(database));
    await expect(copyTables(embedded, back, () => {})).rejects.toMatchObject({ code: 'conflict' });
  });
});
