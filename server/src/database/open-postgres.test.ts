// PostgreSQL as a real server: shared by nodes, stopped and back, too old, copied to and from.

import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../../test/flows/support/make-certificate.ts';
import { type Fault, startFaultProxy } from '../../test/support/fault-proxy.ts';
import { findPostgres } from '../../test/support/find-program.ts';
import { idOf } from '../../test/support/id-of.ts';
import { type PostgresServer, startPostgres } from '../../test/support/start-postgres.ts';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { acquireAdvisoryLock } from './advisory-lock.ts';
import { copyTables } from './copy-tables.ts';
import type { Database } from './database.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';
import { openPostgres } from './open-postgres.ts';

const programs = findPostgres();
const log = pino({ level: 'silent' });
const tls = makeCertificate();
let server: PostgresServer;

async function openAt(url: string) {
  const database = await openPostgres({ url }, log);
  onTestFinished(() => database.close());
  return database;
}

const addMachine = ({ db }: Pick<Database, 'db'>, name: string) =>
  db
    .insertInto('machine_metadata')
    .values({ id: idOf(name), name, name_key: name, location: 'l', sensor_type: 's', status: 'active' })
    .execute();
const machineNames = async ({ db }: Database) =>
  (await db.selectFrom('machine_metadata').select('name').orderBy('name').execute()).map((row) => row.name);

describe.skipIf(programs === null)('PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres(programs as string, tls);
  });
  afterAll(() => server.stop());

  test('is migrated once when several nodes start at the same moment', async () => {
    const url = await server.createDatabase();
    const nodes = await Promise.all([openAt(url), openAt(url), openAt(url)]);
    expect(await nodes[0].db.selectFrom('schema_migrations').selectAll().execute()).toHaveLength(MIGRATIONS.length);
    await addMachine(nodes[0], 'a');
    expect(await machineNames(nodes[2])).toEqual(['a']);
  });

  test('refuses the schema of a newer program', async () => {
    const url = await server.createDatabase();
    await migrate(await openAt(url), [...MIGRATIONS, { name: 'of tomorrow', up: async () => {} }]);
    await expect(openPostgres({ url }, log)).rejects.toMatchObject({ code: 'database_newer' });
  });

  test('sets updated_at by a trigger, unless the query sets it', async () => {
    const database = await openAt(await server.createDatabase());
    await addMachine(database, 'a');
    const updatedAt = async () =>
      (await database.db.selectFrom('machine_metadata').select('updated_at').executeTakeFirstOrThrow()).updated_at;
    await database.db.updateTable('machine_metadata').set({ updated_at: 1 }).execute();
    expect(await updatedAt()).toBe(1);
    await database.db.updateTable('machine_metadata').set({ location: 'elsewhere' }).execute();
    expect(await updatedAt()).toBeGreaterThan(Date.now() - 60_000);
  });

  test('is unavailable while the server is down, and works again afterwards', async () => {
    const url = await server.createDatabase();
    const database = await openAt(url);
    await addMachine(database, 'a');
    await server.kill();
    await expect(machineNames(database)).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 });
    await expect(openPostgres({ url }, log)).rejects.toMatchObject({ code: 'store_unavailable' });
    await server.start();
    expect(await machineNames(database)).toEqual(['a']);
  });

  test('has nothing of a transaction that the end of the server interrupted', async () => {
    const url = await server.createDatabase();
    const database = await openAt(url);
    await expect(
      database.db.transaction().execute(async (transaction) => {
        await addMachine({ db: transaction }, 'b');
        await server.kill();
      }),
    ).rejects.toMatchObject({ code: 'store_unavailable' });
    await server.start();
    expect(await machineNames(database)).toEqual([]);
  });

  test.each<[string, Fault, RegExp]>([
    ['is not there', { kind: 'refuse' }, /cannot be reached: .*ECONNREFUSED/],
    ['does not answer', { kind: 'silent' }, /cannot be reached: .*timeout/],
    ['breaks off', { kind: 'cut', afterBytes: 5 }, /cannot be reached: ./],
  ])('says why it cannot be opened where the server %s', async (_what, fault, reason) => {
    const proxy = await startFaultProxy(server);
    onTestFinished(() => proxy.stop());
    await proxy.set(fault);
    const url = `postgres://gonsters:very-secret@127.0.0.1:${proxy.port}/any`;
    const failed = await openPostgres({ url }, log).catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(reason) });
    expect(failed).not.toMatchObject({ message: expect.stringContaining('very-secret') });
  });

  test('names the reason if the database does not exist', async () => {
    const url = `${await server.createDatabase()}_not`;
    await expect(openPostgres({ url }, log)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(/refuses the connection: database .* does not exist/),
    });
  });

  test('discards a connection whose answer does not arrive, also within a transaction, and still closes in time', async () => {
    const proxy = await startFaultProxy(server);
    onTestFinished(() => proxy.stop());
    const url = (await server.createDatabase()).replace(`:${server.port}/`, `:${proxy.port}/`);
    const database = await openAt(`${url}?query_timeout=500`);
    await addMachine(database, 'a');
    await expect(
      database.db.transaction().execute(async (transaction) => {
        await transaction.selectFrom('machine_metadata').selectAll().execute();
        await proxy.set({ kind: 'silent' });
        await transaction.deleteFrom('machine_metadata').execute();
      }),
    ).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 });
    await proxy.set({ kind: 'none' });
    expect(await machineNames(database)).toEqual(['a']);
    // An idle connection that nobody answers on does not hold up the end.
    await proxy.set({ kind: 'silent' });
    await database.close();
  });

  test.each<[string, (authority: string) => string, RegExp | null]>([
    ['whose authority it was given', (authority) => `localhost:PORT/DB?sslrootcert=${authority}`, null],
    ['whose authority it does not know', () => 'localhost:PORT/DB?', /self.signed/],
    [
      'that has a certificate of another name',
      (authority) => `127.0.0.2:PORT/DB?sslrootcert=${authority}`,
      /127.0.0.2/,
    ],
    ['whose authority is in no file', () => 'localhost:PORT/DB?sslrootcert=/nowhere.pem', /nowhere.pem/],
  ])('over TLS takes or refuses a server %s', async (_what, address, refusal) => {
    const authority = join(await temporaryDirectory(), 'authority.pem');
    await writeFile(authority, tls.cert);
    const [, name] = /\/(test_\w+)$/.exec(await server.createDatabase()) as unknown as [string, string];
    const path = address(encodeURIComponent(authority)).replace('PORT', String(server.port)).replace('DB', name);
    const url = `postgres://gonsters@${path}&sslmode=verify-full`;
    if (refusal !== null) {
      const failed = openPostgres({ url }, log);
      await expect(failed).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringMatching(refusal),
      });
      return;
    }
    const { db } = await openAt(url);
    const isEncrypted = sql<0 | 1>`(select ssl from pg_stat_ssl where pid = pg_backend_pid())`;
    expect(await db.selectNoFrom(isEncrypted.as('ssl')).execute()).toEqual([{ ssl: 1 }]);
  });

  test('over TLS by its single variables: verified, only encrypted, or refused for another certificate', async () => {
    const [, database] = /\/(test_\w+)$/.exec(await server.createDatabase()) as unknown as [string, string];
    const parts = { host: 'localhost', port: server.port, user: 'gonsters', password: null, database };
    const isEncrypted = sql<0 | 1>`(select ssl from pg_stat_ssl where pid = pg_backend_pid())`;
    for (const ssl of [{ rejectUnauthorized: true, ca: tls.cert }, { rejectUnauthorized: false }]) {
      const opened = await openPostgres({ ...parts, ssl }, log);
      onTestFinished(() => opened.close());
      expect(await opened.db.selectNoFrom(isEncrypted.as('ssl')).execute()).toEqual([{ ssl: 1 }]);
      const releaseLock = await acquireAdvisoryLock({ ...parts, ssl }, 'shared', log);
      await releaseLock();
    }
    const { cert } = makeCertificate();
    const foreign = openPostgres({ ...parts, ssl: { rejectUnauthorized: true, ca: cert } }, log);
    await expect(foreign).rejects.toThrow(/The database cannot be reached: .*certificate/);
  });

  test('is copied to an embedded database and back, row by row, and only into an empty one', async () => {
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
