// The embedded database on disk: one process at a time, copies while it runs, survival of a kill.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { CompiledQuery } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';

const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));

async function open(dataDir: string) {
  const database = await openEmbeddedDatabase(dataDir);
  onTestFinished(() => database.close());
  return database;
}

/** Another process that runs `script` with `DatabaseSync` and `file` at hand; prints a line when it has got there. */
async function otherProcess(file: string, script: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      '-e',
      `const { DatabaseSync } = require('node:module').createRequire(${JSON.stringify(PACKAGE)})('@photostructure/sqlite');
       const file = ${JSON.stringify(file)};
       ${script}
       console.log('ready'); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const addMachine = (database: Awaited<ReturnType<typeof open>>, id: string) =>
  database.db
    .insertInto('machine_metadata')
    .values({ id, name: id, name_key: id, location: 'l', sensor_type: 's', status: 'active' })
    .execute();
const machineIds = async (database: Awaited<ReturnType<typeof open>>) =>
  (await database.db.selectFrom('machine_metadata').select('id').orderBy('id').execute()).map((row) => row.id);

test('creates the directory and a file that only the owner may read, durable and with foreign keys enabled', async () => {
  const dataDir = join(await temporaryDirectory(), 'a', 'b');
  const { db } = await open(dataDir);
  expect((await stat(join(dataDir, DATABASE_FILE))).mode & 0o777).toBe(0o600);
  const pragma = async (name: string) => {
    const { rows } = await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(`pragma ${name}`));
    return Object.values(rows[0] ?? {})[0];
  };
  expect(await pragma('journal_mode')).toBe('wal');
  const full = 2;
  expect(await pragma('synchronous')).toBe(full);
  expect(await pragma('foreign_keys')).toBe(1);
});

test('has the stored data after a restart, in one file', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openEmbeddedDatabase(dataDir);
  await addMachine(first, 'a');
  await first.close();
  await first.close();
  expect(await readdir(dataDir)).toEqual([DATABASE_FILE]);
  expect(await machineIds(await open(dataDir))).toEqual(['a']);
});

test('waits for the transaction in progress when it closes', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openEmbeddedDatabase(dataDir);
  const written = first.db.transaction().execute(async (transaction) => {
    await new Promise((resolve) => setImmediate(resolve));
    await transaction.insertInto('system_config').values({ id: 'a', setting_name: 'a', setting_value: 'b' }).execute();
  });
  await first.close();
  await written;
  const second = await open(dataDir);
  expect(await second.db.selectFrom('system_config').select('id').execute()).toHaveLength(1);
});

test('refuses a data directory that this process or another one has open', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openEmbeddedDatabase(dataDir);
  await expect(openEmbeddedDatabase(dataDir)).rejects.toMatchObject({ code: 'data_directory_in_use' });
  await addMachine(first, 'still works');
  await first.close();

  const file = join(dataDir, DATABASE_FILE);
  const other = await otherProcess(
    file,
    `const db = new DatabaseSync(file);
     db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT');`,
  );
  await expect(openEmbeddedDatabase(dataDir)).rejects.toMatchObject({ code: 'data_directory_in_use' });
  await kill(other);
  expect(await machineIds(await open(dataDir))).toEqual(['still works']);
});

test('stays locked after another process has tried to open it', async () => {
  const dataDir = await temporaryDirectory();
  await open(dataDir);
  await expect(openEmbeddedDatabase(dataDir)).rejects.toMatchObject({ code: 'data_directory_in_use' });
  const other = await otherProcess(
    join(dataDir, DATABASE_FILE),
    `try { new DatabaseSync(file).exec('CREATE TABLE intruder (a)'); } catch (error) { if (!/locked/.test(error.message)) throw error; }`,
  );
  await kill(other);
});

test('has committed transactions, and only those, after the process was killed', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openEmbeddedDatabase(dataDir);
  await first.close();
  const other = await otherProcess(
    join(dataDir, DATABASE_FILE),
    `const db = new DatabaseSync(file);
     db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
     const add = (name) => db.exec(
       "INSERT INTO system_config (id, setting_name, setting_value) VALUES ('" + name + "', '" + name + "', '')");
     add('committed');
     db.exec('BEGIN IMMEDIATE'); add('open');`,
  );
  await kill(other);
  const second = await open(dataDir);
  expect((await second.db.selectFrom('system_config').select('id').execute()).map((row) => row.id)).toEqual([
    'committed',
  ]);
});

test('finishes the upgrade of a process that was killed in the middle of a migration', async () => {
  const dataDir = await temporaryDirectory();
  const other = await otherProcess(
    join(dataDir, DATABASE_FILE),
    `const db = new DatabaseSync(file);
     db.exec('PRAGMA journal_mode = WAL');
     db.exec('CREATE TABLE schema_migrations (version integer primary key, name text not null, applied_at bigint not null default 0)');
     db.exec('BEGIN IMMEDIATE; CREATE TABLE users (id text primary key); CREATE TABLE sessions (id text)');`,
  );
  await kill(other);
  const database = await open(dataDir);
  await addMachine(database, 'a');
  expect(await database.db.selectFrom('users').select('email_key').execute()).toEqual([]);
});

test('copies a consistent state to a file while rows are written', async () => {
  const dataDir = await temporaryDirectory();
  const database = await open(dataDir);
  for (let i = 0; i < 50; i++) await addMachine(database, `before-${i}`);
  const target = join(dataDir, 'copy', DATABASE_FILE);
  await expect(database.backup(target)).rejects.toThrow();
  await openEmbeddedDatabase(join(dataDir, 'copy')).then((other) => other.close());

  const copying = database.backup(target);
  const changing = Promise.all(Array.from({ length: 50 }, (_, i) => addMachine(database, `during-${i}`)));
  await Promise.all([copying, changing]);
  expect(await readdir(join(dataDir, 'copy'))).toEqual([DATABASE_FILE]);
  expect((await stat(target)).mode & 0o777).toBe(0o600);
  expect(await machineIds(database)).toHaveLength(100);

  const copy = await open(join(dataDir, 'copy'));
  const ids = await machineIds(copy);
  expect(ids.filter((id) => id.startsWith('before-'))).toHaveLength(50);
  const { rows } = await copy.db.executeQuery(CompiledQuery.raw('pragma integrity_check'));
  expect(rows).toEqual([{ integrity_check: 'ok' }]);
});

test('reports a damaged file, and does not change it', async () => {
  const dataDir = await temporaryDirectory();
  const file = join(dataDir, DATABASE_FILE);
  await writeFile(file, 'this is no database, however long it may be. '.repeat(100));
  await expect(openEmbeddedDatabase(dataDir)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect((await stat(file)).size).toBe(4500);
});

test('refuses the database of a newer program and releases its lock', async () => {
  const dataDir = await temporaryDirectory();
  const first = await openEmbeddedDatabase(dataDir);
  await first.db.insertInto('schema_migrations').values({ version: 999, name: 'of tomorrow' }).execute();
  await first.close();
  await expect(openEmbeddedDatabase(dataDir)).rejects.toMatchObject({ code: 'database_newer' });
  const handle = new DatabaseSync(join(dataDir, DATABASE_FILE));
  handle.exec('DELETE FROM schema_migrations WHERE version = 999');
  handle.close();
  await open(dataDir);
});

test('reports a full disk as an unavailable store, and recovers', async () => {
  const dataDir = await temporaryDirectory();
  const database = await open(dataDir);
  const pragma = (text: string) =>
    database.db.executeQuery<{ page_count: number }>(CompiledQuery.raw(`pragma ${text}`));
  const { rows } = await pragma('page_count');
  await pragma(`max_page_count = ${rows[0]?.page_count}`);
  const write = () =>
    database.db.transaction().execute(async (transaction) => {
      for (const value of ['x', 'x'.repeat(1_000_000)]) {
        await transaction
          .insertInto('system_config')
          .values({ id: `${value.length}`, setting_name: `${value.length} characters`, setting_value: value })
          .execute();
      }
    });
  await expect(write()).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 });
  await pragma('max_page_count = 1000000');
  expect(await database.db.selectFrom('system_config').select('id').execute()).toEqual([]);
  await write();
  await access(join(dataDir, DATABASE_FILE));
});
