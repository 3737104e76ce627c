// The embedded engine checks its files once a week, and reports damage until it is acknowledged.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import type { CheckedFile } from '../../src/readings/engines/duckdb/files/manifest-lines.ts';
import { WeeklyCheck } from '../../src/readings/engines/duckdb/files/weekly-check.ts';
import { batchOf } from './reading-oracle.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';

let directory: string;
let store: DuckdbReadingStore;
let nowMs: number;

const open = async () => {
  store = new DuckdbReadingStore({ directory, clock: { nowMs: () => nowMs }, log: silentLogger });
  return store.open();
};
const runJobs = (atMs: number) => {
  nowMs = atMs;
  return store.runDueJobs(nowMs, EVER);
};
/** Runs background jobs until `isDone`. On a busy computer the check pauses. */
const runUntil = async (atMs: number, isDone: () => boolean) => {
  for (let run = 0; run < 200 && !isDone(); run++) await runJobs(atMs);
  expect(isDone()).toBe(true);
};
const filesBelow = async (path: string) => {
  const entries = await readdir(join(directory, path), { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.name.endsWith('.parquet')).map((each) => join(each.parentPath, each.name));
};
const nameOf = (path: string) => relative(directory, path).replaceAll(sep, '/');
/** Changes one byte, but not the size. */
const flip = async (path: string) => {
  const bytes = await readFile(path);
  bytes[20] = (bytes[20] as number) ^ 0xff;
  await writeFile(path, bytes);
};
const checkedMs = async () => {
  const lines = (await readFile(join(directory, 'manifest'), 'utf8')).split('\n').filter((line) => line !== '');
  const files = new Map<string, number>();
  for (const line of lines) {
    const change = JSON.parse(line.slice(9)) as { file?: string; removed?: string; checkedMs?: number };
    if (change.file !== undefined) files.set(change.file, change.checkedMs ?? 0);
    if (change.removed !== undefined) files.delete(change.removed);
  }
  return [...files.values()];
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reading-damage-'));
  nowMs = NOON;
  await open();
  await store.append(batchOf([[A, NOON - 2 * DAY, 1, 2, 3]]));
  await store.append(batchOf([[A, NOON - 2 * DAY + HOUR, 4, 5, 6]]));
  await runJobs(NOON + HOUR);
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

it('checks every file once a week, and does not begin again after a restart', async () => {
  const files = (await filesBelow('.')).length;
  expect(await checkedMs()).toEqual(Array(files).fill(NOON + HOUR));
  await runJobs(NOON + 7 * DAY);
  expect(new Set(await checkedMs())).toEqual(new Set([NOON + HOUR]));
  let known = await checkedMs();
  for (let run = 0; run < 200 && !known.every((ms) => ms === NOON + 8 * DAY); run++) {
    await runJobs(NOON + 8 * DAY);
    known = await checkedMs();
  }
  expect(known).toEqual(Array(files).fill(NOON + 8 * DAY));
  await store.close();
  await open();
  await runJobs(NOON + 9 * DAY);
  expect(await checkedMs()).toEqual(known);
  expect(store.damage()).toEqual([]);
});

it('reports a changed file with its range, makes rollups again, and names the rest until it is acknowledged', async () => {
  const [values] = (await filesBelow('values')).sort() as [string];
  const [hours] = (await filesBelow('rollups/1h')) as [string];
  await flip(values);
  await flip(hours);
  await runJobs(NOON + DAY);
  expect(store.damage()).toEqual([]);
  await runUntil(NOON + 8 * DAY, () => store.damage().length === 2 && store.damage().some((each) => each.isRebuilt));
  const [january, february] = [Date.UTC(2026, 0), Date.UTC(2026, 1)];
  const expected = [
    {
      ...{ file: nameOf(values), part: 'readings', fromMs: NOON - 2 * DAY, toMs: NOON - 2 * DAY + HOUR },
      ...{ noticedMs: NOON + 8 * DAY, isRebuilt: false },
    },
    {
      ...{ file: nameOf(hours), part: 'hours', fromMs: january, toMs: february },
      ...{ noticedMs: NOON + 8 * DAY, isRebuilt: true },
    },
  ];
  expect([...store.damage()].sort((a, b) => (a.part < b.part ? 1 : -1))).toEqual(expected);
  expect((await filesBelow('rollups/1h')).length).toBeGreaterThan(0);
  await store.close();
  expect((await open()).damaged).toEqual([]);
  expect(store.damage()).toHaveLength(2);
  await store.acknowledgeDamage([nameOf(hours), 'no such file']);
  expect(store.damage()).toEqual([expected[0]]);
  await store.close();
  await open();
  expect(store.damage()).toEqual([expected[0]]);
});

it('reports a file that disappeared while the store was open', async () => {
  const [values] = (await filesBelow('values')) as [string];
  await rm(values);
  await runUntil(NOON + 8 * DAY, () => store.damage().length > 0);
  expect(store.damage()).toMatchObject([{ file: nameOf(values), part: 'readings' }]);
});

it('reports what the start and a query find, once each', async () => {
  const [values] = (await filesBelow('values')) as [string];
  const bytes = await readFile(values);
  await writeFile(values, bytes.fill(0xff, 4, bytes.length - 8));
  const machine = { machineId: A, metrics: [0], everyReading: true };
  await store.raw({ ...machine, fromMs: 0, toMs: NOON, order: 'asc', offset: 0, limit: 10 });
  expect(store.damage()).toMatchObject([{ file: nameOf(values) }]);
  await store.append(batchOf([[A, NOON, 1, 1, 1]]));
  await store.close();
  const journals = (await readdir(join(directory, 'journal'))).sort();
  const journal = join(directory, 'journal', journals.at(-1) as string);
  await writeFile(journal, (await readFile(journal)).fill(0xff, 20, 40));
  await writeFile(join(directory, 'forgotten.json'), '{');
  await open();
  expect(store.damage().map(({ part, fromMs }) => [part, fromMs])).toEqual([
    ['readings', expect.any(Number)],
    ['lists', null],
    ['journal', NOON + HOUR],
  ]);
  await store.close();
  await writeFile(join(directory, 'damage.json'), '{"half');
  await open();
  expect(store.damage()).toMatchObject([{ file: 'damage.json', part: 'lists' }]);
});

it('does not check while the clock is in doubt', async () => {
  await store.runDueJobs(NOON + 30 * DAY, null);
  expect(new Set(await checkedMs())).toEqual(new Set([NOON + HOUR]));
});

it('reads slowly, and not at all while the store has other work or is closing', async () => {
  const file: CheckedFile = { name: 'large', bytes: 3 << 20, crc: 0 };
  await writeFile(join(directory, file.name), Buffer.alloc(file.bytes));
  const quarantined: string[] = [];
  let isBusy = true;
  const check = new WeeklyCheck({
    manifest: { dueForCheck: () => [file], isListed: () => true, noteChecked: async () => {} },
    catalog: { root: directory, quarantine: async (path: string) => void quarantined.push(path) },
    monotonic: { elapsedMs: () => performance.now() },
    hasOtherWork: () => isBusy,
    log: silentLogger,
  });
  const endless = new AbortController().signal;
  await check.run(NOON, endless);
  await check.run(NOON, AbortSignal.abort());
  isBusy = false;
  const startedMs = performance.now();
  while (quarantined.length === 0) await check.run(NOON, endless);
  // Its checksum is not that of zeros. Three megabytes take 393 ms at 8 MB a second.
  expect(quarantined[0]).toBe(join(directory, file.name));
  expect(performance.now() - startedMs).toBeGreaterThan(350);
});
