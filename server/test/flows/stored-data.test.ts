// Backup, restore, verification and the control channel within this process, with faulty files and callers.

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DatabaseSync } from '@photostructure/sqlite';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { backup } from '../../src/commands/backup.ts';
import { migrate } from '../../src/commands/migrate.ts';
import { onDataDirectory } from '../../src/commands/on-data-directory.ts';
import { restore } from '../../src/commands/restore.ts';
import { verify } from '../../src/commands/verify.ts';
import { readConfig } from '../../src/config.ts';
import { askServer } from '../../src/control/ask-server.ts';
import { controlFile } from '../../src/control/control-socket.ts';
import { MIGRATIONS, migrate as migrateTables } from '../../src/database/migrate.ts';
import { sqliteEngine } from '../../src/database/sqlite-engine.ts';
import { sqliteKysely } from '../../src/database/sqlite-kysely.ts';
import { StartedCore } from './support/start-core.ts';

let directory: string;
let core: StartedCore | null = null;
const silent = () => {};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gonsters-stored-'));
  // The commands print for a person. The tests check the results instead.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  await core?.stop();
  core = null;
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function startCore(name: string): Promise<StartedCore> {
  core = new StartedCore(join(directory, name), {}, undefined);
  await core.start();
  return core;
}

async function storeReadings(running: StartedCore): Promise<string> {
  const machine = { name: 'CNC-1', location: 'Hall A', sensor_type: 'Spindle' };
  const added = await running.as('Management', 'POST', '/data/machine', { body: machine });
  const machine_id = added.body.machine_id as string;
  const readings = [{ timestamp: '2026-01-15T10:30:00Z', temperature: 71.5 }];
  const { location, sensor_type } = machine;
  const batch = [{ machine_id, sensor_type, location, readings }];
  const body = { gateway_id: 'g', timestamp: '2026-01-15T10:30:00Z', batch };
  expect((await running.as('Operator', 'POST', '/data/ingest', { body })).status).toBe(201);
  return machine_id;
}

describe('a backup', () => {
  it('of a running server restores all its data, by the commands', async () => {
    const running = await startCore('data');
    const machineId = await storeReadings(running);
    const file = join(directory, 'plant.backup');
    await backup({ DATA_DIR: running.dataDir }, file);
    await running.stop();

    const restored = join(directory, 'restored');
    await restore({ DATA_DIR: restored }, file);
    const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await verify({ DATA_DIR: restored });
    expect(JSON.parse(String(output.mock.calls[0]?.[0]))).toMatchObject({ faults: [] });
    expect(process.exitCode).toBeUndefined();

    const again = await startCore('restored');
    const range = `/data/machine/${machineId}?start_time=2026-01-01T00:00:00Z`;
    expect((await again.as('Operator', 'GET', range)).body.data).toEqual([
      { timestamp: '2026-01-15T10:30:00.000Z', temperature: 71.5, pressure: null, speed: null },
    ]);
  });

  it('of an earlier version is migrated when the server starts: an address that was not set becomes empty', async () => {
    const old = join(directory, 'old');
    const earlier = MIGRATIONS.findIndex(({ name }) => name === 'alert-email-default');
    await mkdir(old);
    const handle = new DatabaseSync(join(old, 'gonsters.db'));
    const db = sqliteKysely(handle);
    await migrateTables({ db, engine: sqliteEngine }, MIGRATIONS.slice(0, earlier));
    handle.exec(`insert into system_config (name, value, updated_at, updated_by) values
      ('alert_email', 'alerts@factory.com', 1, null), ('max_temperature_threshold', '77.5', 2, 'anna')`);
    await db.destroy();
    handle.close();
    const database = await readFile(join(old, 'gonsters.db'));
    const sha256 = createHash('sha256').update(database).digest('hex');
    const files = [{ path: 'gonsters.db', bytes: database.length, sha256 }];
    await writeFile(join(old, 'manifest.json'), JSON.stringify({ format: 1, createdAtMs: 0, files }));
    await create({ cwd: old, file: join(directory, 'old.backup') }, ['manifest.json', 'gonsters.db']);

    await restore({ DATA_DIR: join(directory, 'restored') }, join(directory, 'old.backup'));
    const { body } = await (await startCore('restored')).as('Operator', 'GET', '/config');
    expect(body.config).toMatchObject({ alert_email: '', max_temperature_threshold: '77.5' });
  });

  it('replaces an older file only when it is complete, and leaves no temporary file behind', async () => {
    const running = await startCore('data');
    const file = join(directory, 'plant.backup');
    await writeFile(file, 'older');
    await backup({ DATA_DIR: running.dataDir }, file);
    expect((await readFile(file)).length).toBeGreaterThan(1000);
    await expect(backup({ DATA_DIR: running.dataDir }, join(directory, 'no', 'such', 'folder'))).rejects.toThrow();
    expect(await readdir(join(running.dataDir, 'tmp'))).toEqual([]);
  });
});

describe('a restore refuses', () => {
  const manifestOf = (files: Record<string, string>, format = 1) =>
    JSON.stringify({
      format,
      createdAtMs: 0,
      files: Object.entries(files).map(([path, content]) => ({
        path,
        bytes: Buffer.byteLength(content),
        sha256: createHash('sha256').update(content).digest('hex'),
      })),
    });
  const restoring = async (files: Record<string, string>) => {
    const from = join(directory, 'from');
    await mkdir(from);
    for (const [name, content] of Object.entries(files)) await writeFile(join(from, name), content);
    await create({ cwd: from, file: join(directory, 'x.backup') }, Object.keys(files));
    const target = join(directory, 'target');
    const result = restoreBackup(join(directory, 'x.backup'), target, silent);
    await result.catch(silent);
    expect(await readdir(target)).toEqual([]);
    return result;
  };

  it('a file without a manifest', async () => {
    await expect(restoring({ 'gonsters.db': 'x' })).rejects.toThrow('no readable manifest');
  });
  it('a file of another format', async () => {
    await expect(restoring({ 'manifest.json': manifestOf({}, 2) })).rejects.toThrow('another version');
  });
  it('a file that lacks an entry', async () => {
    await expect(restoring({ 'manifest.json': manifestOf({ 'gonsters.db': 'x' }) })).rejects.toThrow('is missing');
  });
  it('a file with a changed or added entry', async () => {
    const files = { 'manifest.json': manifestOf({ 'gonsters.db': 'x' }), 'gonsters.db': 'y' };
    await expect(restoring(files)).rejects.toThrow('checksum does not match');
  });
  it('a file that is not a backup, and a directory in use', async () => {
    await writeFile(join(directory, 'x.backup'), 'no tar');
    await expect(restoreBackup(join(directory, 'x.backup'), join(directory, 'new'), silent)).rejects.toMatchObject({
      code: 'validation_failed',
    });
    await expect(restoreBackup(join(directory, 'x.backup'), directory, silent)).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the control channel', () => {
  it('does not exist if no server runs, or if the server was killed', async () => {
    expect(await askServer(directory, { command: 'verify' }, silent)).toBeNull();
    await writeFile(controlFile(directory), JSON.stringify({ path: join(directory, 'gone.sock') }));
    expect(await askServer(directory, { command: 'verify' }, silent)).toBeNull();
  });

  it('works in a data directory whose path is too long for a socket, and after a killed server left its socket behind', async () => {
    const long = await startCore('d'.repeat(120));
    expect(await askServer(long.dataDir, { command: 'verify' }, silent)).toMatchObject({ faults: [] });
    await long.stop();
    await mkdir(join(directory, 'short'));
    await writeFile(join(directory, 'short', 'control.sock'), '');
    const short = await startCore('short');
    expect(await askServer(short.dataDir, { command: 'verify' }, silent)).toMatchObject({ faults: [] });
  });

  it('reports progress, refuses unknown commands, and survives invalid input', async () => {
    const running = await startCore('data');
    const lines: string[] = [];
    const answer = await askServer(running.dataDir, { command: 'verify' }, (line) => lines.push(line));
    expect(answer).toMatchObject({ faults: [] });
    expect(lines).toContain('Checking the database');
    await expect(askServer(running.dataDir, { command: 'nonsense' }, silent)).rejects.toMatchObject({
      code: 'not_found',
    });
    const { path } = JSON.parse(await readFile(controlFile(running.dataDir), 'utf8')) as { path: string };
    const socket = createConnection(path);
    socket.write('{"command":\n');
    expect(JSON.parse(await text(socket))).toMatchObject({ ok: false, code: 'internal' });
    expect(await askServer(running.dataDir, { command: 'verify' }, silent)).not.toBeNull();
  });

  it('adds users, directly in the database if no server runs', async () => {
    const config = readConfig({ DATA_DIR: directory });
    await migrate({ DATA_DIR: directory });
    const user = { username: 'sari', email: 'sari@plant.example', password: 'Horse-7-staple', role: 'Operator' };
    expect(await onDataDirectory(config, { command: 'add-user', user })).toMatchObject({ user: { username: 'sari' } });
    await expect(
      onDataDirectory(config, { command: 'add-user', user: { ...user, username: 'x', password: 'y' } }),
    ).rejects.toMatchObject({ code: 'validation_failed', message: expect.stringContaining('password') });
  });
});
