// The commands of the built program on a data directory, with and without a running server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { totpCode, totpStep } from '../../src/users/second-factors/totp.ts';
import { MAIN, type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';

const START = Date.parse('2026-01-15T00:00:00Z');
let directory: string;
let server: RunningServer | null = null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gonsters-commands-'));
});
afterEach(async () => {
  await server?.end('SIGKILL');
  server = null;
  await rm(directory, { recursive: true, force: true });
});

async function gonsters(
  dataDir: string,
  args: string[],
  input = '',
): Promise<{ code: number; output: string; log: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, DATA_DIR: dataDir } });
  child.stdin.end(input);
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode as number, output, log };
}

async function addMachine(running: RunningServer, token: string): Promise<string> {
  const body = { name: 'CNC-1', location: 'Hall A', sensor_type: 'Spindle' };
  const reply = await request(running.http, token, 'POST', '/data/machine', body);
  return reply.body.machine_id as string;
}

/** Readings `first` to `first + count`, a second apart. */
async function ingest(running: RunningServer, token: string, machineId: string, first: number, count: number) {
  const readings = Array.from({ length: count }, (_, i) => ({
    timestamp: new Date(START + (first + i) * 1000).toISOString(),
    temperature: 60 + ((first + i) % 10),
  }));
  const reply = await request(running.http, token, 'POST', '/data/ingest', {
    gateway_id: 'gw-1',
    timestamp: new Date().toISOString(),
    batch: [{ machine_id: machineId, sensor_type: 'Spindle', location: 'Hall A', readings }],
  });
  expect(reply.status).toBe(201);
}

async function storedCount(running: RunningServer, token: string, machineId: string): Promise<number> {
  const path = `/data/machine/${machineId}?start_time=2026-01-01T00:00:00Z&limit=1`;
  const reply = await request(running.http, token, 'GET', path);
  return (reply.body.pagination as { total_records: number }).total_records;
}

describe('gonsters', () => {
  it('backs up a server under load; restored, it has every reading acknowledged before, and verifies', async () => {
    const dataDir = join(directory, 'data');
    server = await startProcess(dataDir);
    const token = await signIn(server.http);
    const machineId = await addMachine(server, token);
    await ingest(server, token, machineId, 0, 5000);

    let sent = 5000;
    let isOver = false;
    const running = server;
    const load = (async () => {
      for (; !isOver; sent += 100) await ingest(running, token, machineId, sent, 100);
    })();
    const file = join(directory, 'plant.backup');
    const backup = await gonsters(dataDir, ['backup', file]);
    isOver = true;
    await load;
    expect(backup.log).toContain('Wrote');
    expect(backup.code).toBe(0);
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
    await server.end('SIGTERM');

    const restored = join(directory, 'restored');
    expect(await gonsters(restored, ['restore', file])).toMatchObject({ code: 0 });
    const verified = await gonsters(restored, ['verify']);
    expect(verified.code, verified.log).toBe(0);
    expect(JSON.parse(verified.output)).toMatchObject({ faults: [] });

    server = await startProcess(restored);
    const again = await signIn(server.http);
    const count = await storedCount(server, again, machineId);
    expect(count).toBeGreaterThanOrEqual(5000);
    expect(count).toBeLessThanOrEqual(sent);
    // One consistent moment: batches are there whole.
    expect(count % 100).toBe(0);
    await ingest(server, again, machineId, sent, 1);
    expect(await storedCount(server, again, machineId)).toBe(count + 1);
  });

  it('verifies while a server runs', async () => {
    server = await startProcess(directory);
    const token = await signIn(server.http);
    await ingest(server, token, await addMachine(server, token), 0, 100);
    const { code, output } = await gonsters(directory, ['verify']);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ faults: [], auditEntries: expect.any(Number) });
  });

  it('restores only into an empty directory, and nothing from a file that was changed', async () => {
    const dataDir = join(directory, 'data');
    expect(await gonsters(dataDir, ['migrate'])).toMatchObject({ code: 0 });
    const file = join(directory, 'plant.backup');
    expect(await gonsters(dataDir, ['backup', file])).toMatchObject({ code: 0 });
    const occupied = await gonsters(dataDir, ['restore', file]);
    expect(occupied).toMatchObject({ code: 1, log: expect.stringContaining('is not empty') });

    const handle = await open(file, 'r+');
    await handle.write(Buffer.from('x'), 0, 1, Math.floor((await stat(file)).size / 2));
    await handle.close();
    const elsewhere = join(directory, 'elsewhere');
    expect(await gonsters(elsewhere, ['restore', file])).toMatchObject({ code: 1 });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('adds a user with and without a running server, and describes faults', async () => {
    server = await startProcess(directory);
    const add = (username: string, password: string) =>
      gonsters(
        directory,
        ['user', 'add', username, '--email', `${username}@plant.example`, '--role', 'Supervisor'],
        `${password}\n`,
      );
    expect(await add('sari', 'Horse-7-staple')).toMatchObject({ code: 0 });
    expect(await signIn(server.http, 'sari', 'Horse-7-staple')).toMatch(/^ey/);
    expect(await add('sari', 'Horse-7-staple')).toMatchObject({ code: 1, log: expect.stringContaining('in use') });
    expect(await add('wayan', 'short')).toMatchObject({ code: 1, log: expect.stringContaining('password') });
    await server.end('SIGTERM');
    expect(await add('wayan', 'Horse-8-staple')).toMatchObject({ code: 0 });
    server = await startProcess(directory);
    expect(await signIn(server.http, 'wayan', 'Horse-8-staple')).toMatch(/^ey/);
  });

  it('removes the second factors of a manager who has lost them, with and without a running server', async () => {
    server = await startProcess(directory);
    const enrol = async (running: RunningServer) => {
      const token = await signIn(running.http);
      const path = '/users/me/second-factors/totp';
      const { id, secret } = (await request(running.http, token, 'POST', path, { name: 'Phone' })).body;
      const code = totpCode(secret as string, totpStep(Date.now()));
      expect((await request(running.http, token, 'POST', `${path}/${id}/confirm`, { code })).status).toBe(200);
      return token;
    };
    const body = { username: 'manager1', password: 'Password123!' };
    const isAsked = async (running: RunningServer) =>
      (await request(running.http, '', 'POST', '/auth/login', body)).body.code === 'second_factor_required';
    const reset = (username: string) => gonsters(directory, ['user', 'reset-second-factor', username]);

    const token = await enrol(server);
    expect(await isAsked(server)).toBe(true);
    expect(await reset('nobody')).toMatchObject({
      code: 1,
      log: expect.stringContaining('No user has the name nobody'),
    });
    expect(await reset('MANAGER1')).toMatchObject({
      code: 0,
      log: expect.stringContaining('1 second factors of manager1'),
    });
    expect((await request(server.http, token, 'GET', '/auth/me')).status).toBe(401);
    await enrol(server);
    await server.end('SIGTERM');
    expect(await reset('manager1')).toMatchObject({ code: 0 });

    server = await startProcess(directory);
    const { entries } = (await request(server.http, await signIn(server.http), 'GET', '/audit?limit=50')).body as {
      entries: { action: string; username: string }[];
    };
    const resets = entries.filter(({ action }) => action === 'user.second_factor_reset');
    expect(resets.map(({ username }) => username)).toEqual(['command line', 'command line']);
  });

  it('refuses a second server on the same data directory, and names every fault of the settings', async () => {
    server = await startProcess(directory);
    const second = await gonsters(directory, ['start']);
    expect(second).toMatchObject({ code: 1, log: expect.stringContaining('Another process uses the data directory') });
    const faulty = spawn(process.execPath, [MAIN, 'start'], {
      env: { PATH: process.env.PATH, PORT: 'x', LOG_LEVEL: 'loud', NODE_ENV: 'production' },
    });
    const [log] = await Promise.all([text(faulty.stderr), once(faulty, 'exit')]);
    expect(faulty.exitCode).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'JWT_SECRET_KEY']) expect(log).toContain(name);
  });

  it('prints help for every command', async () => {
    for (const command of [
      'start',
      'simulate',
      'migrate',
      'backup',
      'restore',
      'verify',
      'transfer',
      'decommission',
      'user',
    ]) {
      const { code, output } = await gonsters(directory, [command, '--help']);
      expect(code).toBe(0);
      expect(output).toContain('Usage: gonsters');
    }
  });
});
