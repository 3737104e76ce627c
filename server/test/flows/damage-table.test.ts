// Does everything in the table of docs/damage.md to a copy of a data directory, and compares what the program says with it.

import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { onDataDirectory } from '../../src/commands/on-data-directory.ts';
import { readConfig } from '../../src/config.ts';
import { runCount } from '../support/run-count.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { changeByte, FIRST_MS, filesBelow, HARMS, prepareDamagedPlant } from './support/damaged-plant.ts';
import { StartedCore } from './support/start-core.ts';

const DOCUMENT = resolve(import.meta.dirname, '../../../docs/damage.md');
const ROW = /^\| (.+) \| `(.+)` \| `(readings|database)`: `(.+)` \| (yes|no) \|$/gm;
const WAIT = { timeout: 20_000, interval: 50 };

interface Listed {
  part: string;
  rebuilt: boolean;
}

const rows = [...(await readFile(DOCUMENT, 'utf8')).matchAll(ROW)].map(
  ([, damage = '', fault = '', part = '', reason = '', again]) => ({
    damage,
    fault,
    part,
    reason,
    again: again === 'yes',
  }),
);
let directory = '';
let machineId = '';

beforeAll(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'gonsters-damage-')), 'data');
  machineId = await prepareDamagedPlant(directory);
}, 120_000);
afterAll(() => rm(resolve(directory, '..'), { recursive: true, force: true }));

async function copyOfPlant(): Promise<string> {
  const copy = join(await temporaryDirectory(), 'data');
  await cp(directory, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

async function verify(dataDir: string): Promise<string[]> {
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, MQTT_PORT: 'off', LOG_LEVEL: 'silent' });
  return (await onDataDirectory(config, { command: 'verify' })).faults as string[];
}

async function startOn(dataDir: string): Promise<StartedCore> {
  const core = new StartedCore(dataDir, {}, undefined, { backgroundJobsEveryMs: 500 });
  onTestFinished(() => core.stop());
  await core.start();
  return core;
}

const patternOf = (text: string) =>
  new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}`,
  );

it('has a row for each harm, and a harm for each row', () => {
  expect(rows.map(({ damage }) => damage)).toEqual(Object.keys(HARMS));
});

it('says nothing of a whole data directory', async () => {
  const copy = await copyOfPlant();
  expect(await verify(copy)).toEqual([]);
  const core = await startOn(copy);
  expect(await verify(copy)).toEqual([]);
  expect((await core.send('GET', '//health/ready')).body).toMatchObject({ status: 'ready', reasons: {} });
});

describe.each(rows)('$damage', ({ damage, fault, part, reason, again }) => {
  const harm = HARMS[damage] as (dataDir: string) => Promise<void>;

  it('is named by the check of a stopped server, twice', async () => {
    const copy = await copyOfPlant();
    await harm(copy);
    expect(await verify(copy)).toContainEqual(expect.stringMatching(patternOf(fault)));
    expect((await verify(copy)).length).toBeGreaterThan(0);
  });

  it('is reported by a server, which answers all the same, until it is acknowledged', async () => {
    const copy = await copyOfPlant();
    await harm(copy);
    const core = await startOn(copy);
    expect((await verify(copy)).length).toBeGreaterThan(0);
    const ready = (await core.send<{ status: string; reasons: Record<string, string> }>('GET', '//health/ready')).body;
    expect(ready.status).toBe('degraded');
    expect(ready.reasons[part]).toContain(reason);
    expect((await core.send('GET', '//metrics')).text).toMatch(/^gonsters_damaged_files [1-9]/m);
    const listed = async () =>
      (await core.as<{ damage: (Listed & { file: string })[] }>('Operator', 'GET', '/system/damage')).body.damage;
    await vi.waitFor(async () => expect((await listed()).map(({ rebuilt }) => rebuilt)).toContain(again), WAIT);

    const range = `start_time=${new Date(FIRST_MS).toISOString()}`;
    const lacks = again || part === 'database' || reason === 'a list of the store' ? null : /^(readings|journal) /;
    for (const path of [
      '?interval=raw&limit=1000&',
      '?interval=1h&',
      '/export?format=csv&',
      '/export?format=parquet&',
    ]) {
      const reply = await core.as('Management', 'GET', `/data/machine/${machineId}${path}${range}`);
      expect(reply.status).toBe(200);
      const header = reply.headers.get('x-missing-data');
      if (lacks === null) expect(header).toBeNull();
      else expect(header).toMatch(lacks);
      if (path.includes('csv')) expect(/^#|^"#/m.test(reply.text)).toBe(lacks !== null);
      if (path.startsWith('?')) expect(reply.body.missing !== undefined).toBe(lacks !== null);
    }

    const files = (await listed()).map(({ file }) => file);
    await core.as('Management', 'POST', '/system/damage/acknowledge', { body: { files } });
    expect((await core.send('GET', '//health/ready')).body).toMatchObject({ status: 'ready' });
  });
});

it('refuses to start without a database and without a copy of it, and says how to go on', async () => {
  const copy = await copyOfPlant();
  await rm(join(copy, 'standby'), { recursive: true });
  await rm(join(copy, 'gonsters.db'));
  await expect(startOn(copy)).rejects.toThrow(/is missing or empty.*restore a backup.*gonsters migrate/);
  await expect(stat(join(copy, 'gonsters.db'))).rejects.toThrow();
});

it('an export names a file that disappears while the server runs, and has all other rows', async () => {
  const copy = await copyOfPlant();
  const core = await startOn(copy);
  const whole = `/data/machine/${machineId}/export?format=csv&start_time=${new Date(FIRST_MS).toISOString()}`;
  const before = (await core.as('Management', 'GET', whole)).text.trim().split('\r\n');
  await (HARMS['A file of readings is missing'] as (dataDir: string) => Promise<void>)(copy);
  const reply = await core.as('Management', 'GET', whole);
  const after = reply.text.trim().split('\r\n');
  const from = new Date(FIRST_MS).toISOString();
  expect(reply.status).toBe(200);
  expect(after.at(-1)).toContain(`# Readings of ${from} to`);
  expect(after.slice(0, -1)).toEqual(before.filter((_, i) => i === 0 || i > 30));
});

it('names one changed byte of any file of the readings', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), async (whichFile, whichByte) => {
      const copy = await copyOfPlant();
      const files: string[] = [];
      for (const path of await filesBelow(copy, /^readings\//)) if ((await stat(path)).size > 0) files.push(path);
      const path = files[whichFile % files.length] as string;
      await changeByte(path, whichByte % (await stat(path)).size);
      expect(await verify(copy), path).not.toEqual([]);
    }),
    { numRuns: runCount(6, 40) },
  );
}, 300_000);
