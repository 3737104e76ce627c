// A restore that is killed at any moment leaves nothing that the program accepts as a data directory.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCount } from '../support/run-count.ts';
import { MAIN } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { newestStored } from './support/newest-stored.ts';
import { StartedCore } from './support/start-core.ts';

const KILLS = runCount(2, 8);
const MACHINES = 40;
let directory = '';
let backup = '';
const children = new Set<ChildProcess>();

/** Runs the program on a data directory, as a separate process. */
function spawnOn(dataDir: string, ...args: string[]) {
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent', PORT: '0', MQTT_PORT: 'off', DATA_DIR: dataDir };
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  return {
    child,
    ended: once(child, 'exit') as Promise<[number | null]>,
    text: text(child.stderr),
    out: text(child.stdout),
  };
}

async function run(dataDir: string, ...args: string[]) {
  const { ended, ...streams } = spawnOn(dataDir, ...args);
  const [code] = await ended;
  return { code, text: await streams.text, out: await streams.out };
}

/** The data directory after a kill: empty, complete, or refused by every command. */
async function expectNothingHalf(dataDir: string): Promise<'nothing' | 'whole' | 'refused'> {
  const names = await readdir(dataDir).catch(() => []);
  if (names.length === 0) return 'nothing';
  const verified = await run(dataDir, 'verify');
  if (verified.code === 0) {
    expect(JSON.parse(verified.out)).toMatchObject({ faults: [] });
    expect(await newestStored(dataDir)).toBe(MACHINES);
    return 'whole';
  }
  for (const command of [['start'], ['verify'], ['migrate'], ['restore', backup]]) {
    expect({ command, ...(await run(dataDir, ...command)) }).toMatchObject({
      code: 1,
      text: expect.stringMatching(/holds a restore that was interrupted\. Delete everything in it/),
    });
  }
  return 'refused';
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gonsters-'));
  const core = new StartedCore(join(directory, 'data'), {}, undefined);
  await core.start();
  for (let i = 0; i < MACHINES; i++) {
    const machineId = await core.addMachine(`Press ${i}`);
    await core.ingest(machineId, [{ timestamp: '2026-01-15T10:30:00Z', temperature: i }]);
  }
  backup = join(directory, 'plant.tar');
  expect(await run(core.dataDir, 'backup', backup)).toMatchObject({ code: 0 });
  await core.stop();
}, 120_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

test('a restore that is killed at random moments is run again as the error message says', async () => {
  const whole = await temporaryDirectory();
  const startedMs = performance.now();
  expect(await run(join(whole, 'data'), 'restore', backup)).toMatchObject({ code: 0 });
  const takesMs = performance.now() - startedMs;
  for (let kill = 0; kill < KILLS; kill++) {
    const dataDir = join(await temporaryDirectory(), 'data');
    const { child, ended } = spawnOn(dataDir, 'restore', backup);
    // Counted from when the program has been loaded.
    const timer = setTimeout(() => child.kill('SIGKILL'), takesMs * (0.5 + Math.random() / 2));
    await ended;
    clearTimeout(timer);
    await expectNothingHalf(dataDir);
  }
}, 240_000);

test('a restore that is killed after the database is in place, and before the readings are', async () => {
  const dataDir = join(await temporaryDirectory(), 'data');
  await mkdir(dataDir);
  const { child, ended } = spawnOn(dataDir, 'restore', backup);
  const watching = watch(dataDir, (_event, name) => {
    if (name === 'gonsters.db') child.kill('SIGKILL');
  });
  await ended;
  watching.close();
  await expectNothingHalf(dataDir);
  await rm(dataDir, { recursive: true });
  expect(await run(dataDir, 'restore', backup)).toMatchObject({ code: 0 });
  expect(await expectNothingHalf(dataDir)).toBe('whole');
}, 120_000);

test('the remains of an older version or of a kill in between are refused', async () => {
  const dataDir = await temporaryDirectory();
  await mkdir(join(dataDir, 'restore-AbC123'));
  await writeFile(join(dataDir, 'gonsters.db'), '');
  expect(await expectNothingHalf(dataDir)).toBe('refused');
}, 60_000);
