// The embedded engine's copies of its files, and its check of them.

import { mkdtemp, readdir, rename, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { METRIC_NAMES } from '@gonsters/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { INTERVALS_MS } from '../../src/readings/reading-store.ts';
import { columnsOf, type Row, rowsOf } from './reading-oracle.ts';

const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const silent = () => {};

let directory: string;
let store: DuckdbReadingStore;

const open = async (path: string) => {
  const opened = new DuckdbReadingStore({ directory: path, clock: { nowMs: () => NOON }, log: silentLogger });
  await opened.open();
  return opened;
};
const append = (...rows: Row[]) => store.append(columnsOf(rows));
const rawOf = async (from: DuckdbReadingStore, machineId: string) => {
  const range = { machineId, fromMs: 0, toMs: NOON + 9 * DAY, order: 'asc' as const, offset: 0, limit: 1000 };
  return rowsOf((await from.raw(range)).rows);
};
const parquetBelow = async (path: string) => {
  const entries = await readdir(join(directory, 'store', path), { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.name.endsWith('.parquet')).map((each) => join(each.parentPath, each.name));
};

/** One hour that the tiers know, one loose file, and readings in memory. */
async function fill(): Promise<void> {
  for (let i = 0; i < 120; i++) await append([A, NOON + i * 1000, i, -i, null]);
  await append([B, NOON, 1, 1, 1]);
  await store.maintain(NOON + 2 * DAY, EVER);
  await append([A, NOON + DAY, 7, null, null]);
  await store.maintain(NOON + DAY + HOUR / 2, EVER);
  await append([A, NOON + DAY + 1, 8, null, null]);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reading-files-'));
  store = await open(join(directory, 'store'));
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

it('copies one moment: what is appended or deleted later is not in it, what was deleted before stays away', async () => {
  await fill();
  await store.deleteMachine(B);
  const before = await rawOf(store, A);
  let ranAlongside = 0;
  await store.snapshot(join(directory, 'copy'), async () => {
    ranAlongside += 1;
  });
  await append([A, NOON + 2 * DAY, 9, 9, 9]);
  await store.deleteMachine(A);
  expect(ranAlongside).toBe(1);

  const copy = await open(join(directory, 'copy'));
  try {
    expect(await rawOf(copy, A)).toEqual(before);
    expect(before).toHaveLength(122);
    expect(await rawOf(copy, B)).toEqual([]);
    expect(await copy.verify(silent)).toMatchObject({ faults: [] });
  } finally {
    await copy.close();
  }
});

it('holds appends back until what runs alongside has ended', async () => {
  let appended: Promise<void> | undefined;
  let isStored = false;
  await store.snapshot(join(directory, 'copy'), async () => {
    appended = append([A, NOON, 1, 1, 1]).then(() => {
      isStored = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStored).toBe(false);
  });
  await appended;
  const copy = await open(join(directory, 'copy'));
  expect(await rawOf(copy, A)).toEqual([]);
  await copy.close();
});

it('finds nothing wrong in what it wrote itself, and counts it', async () => {
  await fill();
  const { files, readings, faults } = await store.verify(silent);
  expect(faults).toEqual([]);
  expect(files).toBeGreaterThanOrEqual(5);
  // The newest readings are in the journal, which has checksums of its own.
  expect(readings).toBeGreaterThanOrEqual(121);
});

it('names a file that cannot be read', async () => {
  await fill();
  const [file] = (await parquetBelow('1h')) as [string];
  await truncate(file, 100);
  const { faults } = await store.verify(silent);
  expect(faults).toEqual([expect.stringMatching(/^1h.*cannot be read$/)]);
});

it('names an hour whose minutes say something else than its readings, or nothing at all', async () => {
  await fill();
  const [minutes] = (await parquetBelow('1m')) as [string];
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const count = `${METRIC_NAMES[0]}_count`;
  const changed = `SELECT * REPLACE (${count} + 1 AS ${count}) FROM read_parquet('${minutes}')`;
  await duckdb.run(`COPY (${changed}) TO '${minutes}.changed' (FORMAT parquet)`);
  await rename(`${minutes}.changed`, minutes);
  expect((await store.verify(silent)).faults).toEqual([expect.stringContaining('summarised differently')]);

  await duckdb.run(`COPY (${changed} WHERE false) TO '${minutes}.empty' (FORMAT parquet)`);
  await rename(`${minutes}.empty`, minutes);
  duckdb.closeSync();
  expect((await store.verify(silent)).faults).toEqual([expect.stringContaining('summarised differently')]);
});

it('keeps the summaries of an hour whose readings have expired when something comes that late', async () => {
  await append([A, NOON, 1, 1, 1], [A, NOON + 1, 3, 3, 3]);
  await store.maintain(NOON + 2 * DAY, EVER);
  const shortly = { ...EVER, raw: 1 };
  await store.maintain(NOON + 4 * DAY, shortly);
  expect(await rawOf(store, A)).toEqual([]);
  await append([B, NOON + 2, 5, 5, 5], [B, NOON + 3 * HOUR, 6, 6, 6]);
  for (let run = 0; run < 2; run++) await store.maintain(NOON + 4 * DAY, shortly);
  const hoursOf = async (machineId: string) => {
    const range = { machineId, fromMs: 0, toMs: NOON + DAY, order: 'asc' as const, offset: 0, limit: 9 };
    const page = await store.buckets({ ...range, interval: '1h' });
    return [...page.metrics.temperature.count];
  };
  expect(await hoursOf(A)).toEqual([2]);
  // An hour of which nothing was known is summarised, however old it is.
  expect(await hoursOf(B)).toEqual([1]);
});
