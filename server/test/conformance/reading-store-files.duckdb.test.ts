// The files of the embedded engine: snapshots, verification and the trash folder.

import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import type { BucketPage } from '../../src/readings/reading-store.ts';
import { INTERVALS_MS } from '../../src/readings/time-buckets.ts';
import { batchOf, type Row, rowsOf, SEED_GAUGES, SEED_METRICS } from './reading-oracle.ts';

const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const silent = () => {};
const HOURS = { metrics: SEED_GAUGES, everyReading: true, grid: bucketGrid('1h'), holdMs: HOUR };
/** Of the first metric. */
const countsOf = ({ columns }: BucketPage) => [...(columns[0]?.count ?? [])];

let directory: string;
let store: DuckdbReadingStore;

/** A monotonic clock that the tests advance. */
let elapsedMs = 0;
const monotonic = { elapsedMs: () => elapsedMs };

const open = async (path: string) => {
  const clock = { nowMs: () => NOON };
  const opened = new DuckdbReadingStore({ directory: path, clock, monotonic, log: silentLogger });
  await opened.open();
  return opened;
};
const append = (...rows: Row[]) => store.append(batchOf(rows));
const rawOf = async (from: DuckdbReadingStore, machineId: string) => {
  const range = { machineId, fromMs: 0, toMs: NOON + 9 * DAY, order: 'asc' as const, offset: 0, limit: 1000 };
  return rowsOf(machineId, (await from.raw({ ...range, metrics: SEED_METRICS, everyReading: true })).rows);
};
const parquetBelow = async (path: string) => {
  const entries = await readdir(join(directory, 'store', path), { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.name.endsWith('.parquet')).map((each) => join(each.parentPath, each.name));
};

/** One compacted hour, one L0 file, and readings in the memtable. */
async function fill(): Promise<void> {
  for (let i = 0; i < 120; i++) await append([A, NOON + i * 1000, i, -i, null]);
  await append([B, NOON, 1, 1, 1]);
  await store.runDueJobs(NOON + 2 * DAY, EVER);
  await append([A, NOON + DAY, 7, null, null]);
  await store.runDueJobs(NOON + DAY + HOUR / 2, EVER);
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

it('takes a snapshot of one moment, without later appends and deletions, and without machines deleted before', async () => {
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

it('delays appends until the work alongside the snapshot has ended', async () => {
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

it('verifies its own files without faults, and counts files and readings', async () => {
  await fill();
  const { files, readings, faults } = await store.verify(silent);
  expect(faults).toEqual([]);
  expect(files).toBeGreaterThanOrEqual(5);
  // The newest readings are in the journal, which has its own checksums.
  expect(readings).toBeGreaterThanOrEqual(121);
});

it('names a file that cannot be read', async () => {
  await fill();
  const [file] = (await parquetBelow('rollups/1h')) as [string];
  await truncate(file, 100);
  const { faults } = await store.verify(silent);
  expect(faults).toEqual([expect.stringMatching(/^rollups.1h.*cannot be read$/)]);
});

it('names an hour whose minute rollups differ from its readings or are missing', async () => {
  await fill();
  const [minutes] = (await parquetBelow('rollups/1m')) as [string];
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const changed = `SELECT * REPLACE (count + 1 AS count) FROM read_parquet('${minutes}')`;
  await duckdb.run(`COPY (${changed}) TO '${minutes}.changed' (FORMAT parquet)`);
  await rename(`${minutes}.changed`, minutes);
  expect((await store.verify(silent)).faults).toEqual([
    expect.stringMatching(/^rollups.1m.* has changed since it was written$/),
    expect.stringContaining('minute rollups differ from the readings'),
  ]);

  // The changed file was quarantined, and its rollups were made again.
  duckdb.closeSync();
  expect((await store.verify(silent)).faults).toEqual([
    expect.stringMatching(/^rollups.1m.*damaged.* was quarantined because it is damaged$/),
  ]);
  expect(store.damage()).toMatchObject([{ part: 'minutes', isRebuilt: true }]);
});

describe('the manifest', () => {
  const reopen = async (meanwhile: () => unknown) => {
    await store.close();
    await meanwhile();
    store = new DuckdbReadingStore({
      directory: join(directory, 'store'),
      clock: { nowMs: () => NOON },
      log: silentLogger,
    });
    return store.open();
  };
  const newestJournal = async () => {
    const folder = join(directory, 'store', 'journal');
    return join(folder, (await readdir(folder)).sort().at(-1) as string);
  };

  beforeEach(fill);

  it('makes the start report a missing file, and verification name it from then on', async () => {
    for (const folder of ['values/2026-01-15', 'values/loose', 'rollups/1m', 'rollups/1d']) {
      const [file] = (await parquetBelow(folder)) as [string];
      const name = relative(join(directory, 'store'), file);
      expect(await reopen(() => rm(file))).toEqual({ damaged: [name] });
      expect((await store.verify(silent)).faults).toContain(`${name} is missing`);
      expect(await reopen(() => {})).toEqual({ damaged: [] });
      expect((await store.verify(silent)).faults).toContain(`${name} is missing`);
    }
    expect((await rawOf(store, A)).map(([, timestampMs]) => timestampMs)).toEqual([NOON + DAY + 1]);
  });

  it('makes the start quarantine a file of another size, although it can be read', async () => {
    const [file] = (await parquetBelow('values/2026-01-15')) as [string];
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    await duckdb.run(`COPY (FROM read_parquet('${file}') LIMIT 3) TO '${file}.fewer' (FORMAT parquet)`);
    duckdb.closeSync();
    const name = relative(join(directory, 'store'), file);
    expect(await reopen(() => rename(`${file}.fewer`, file))).toEqual({ damaged: [name] });
    expect((await store.verify(silent)).faults).toContainEqual(
      expect.stringMatching(/^values.*damaged.* was quarantined because it is damaged$/),
    );
    expect(await rawOf(store, A)).toHaveLength(2);
  });

  it('makes verification name a file of which one byte has changed', async () => {
    for (const file of [...(await parquetBelow('values')), ...(await parquetBelow('rollups'))]) {
      const bytes = await readFile(file);
      // In the names of the footer, so that the file can still be read.
      const at = bytes.lastIndexOf('DuckDB');
      bytes[at] = 'd'.charCodeAt(0);
      await writeFile(file, bytes);
      const name = relative(join(directory, 'store'), file);
      expect((await store.verify(silent)).faults).toContain(`${name} has changed since it was written`);
      expect(store.damage().map((each) => each.file)).toContain(name);
    }
  });

  it('makes the start report a journal that is missing, emptied or shorter than what was acknowledged', async () => {
    for (const harm of [rm, (path: string) => truncate(path, 0), async (path: string) => truncate(path, 50)]) {
      await append([A, NOON + 2 * DAY, 1, 1, 1], [A, NOON + 2 * DAY + 1, 1, 1, 1]);
      const { damaged } = await reopen(async () => harm(await newestJournal()));
      expect(damaged).toEqual([expect.stringMatching(/^journal.\d+\.journal$/)]);
      expect(await reopen(() => {})).toEqual({ damaged: [] });
    }
  });

  it('is made again if it was deleted or damaged, which the start reports', async () => {
    const manifest = join(directory, 'store', 'manifest');
    for (const harm of [
      () => rm(manifest),
      () => truncate(manifest, 0),
      async () => writeFile(manifest, (await readFile(manifest, 'utf8')).replace('values', 'valves')),
    ]) {
      const before = await rawOf(store, A);
      expect(await reopen(harm)).toEqual({ damaged: ['manifest'] });
      expect(await rawOf(store, A)).toEqual(before);
      await store.runDueJobs(NOON, EVER);
      expect(await readFile(manifest, 'utf8')).not.toContain('"crc":null}\n');
      expect(await reopen(() => {})).toEqual({ damaged: [] });
      expect((await store.verify(silent)).faults).toEqual([
        expect.stringMatching(/^manifest was missing or damaged at/),
      ]);
      await store.acknowledgeDamage(['manifest']);
      expect((await store.verify(silent)).faults).toEqual([]);
    }
  });

  it('travels with a snapshot', async () => {
    await store.snapshot(join(directory, 'copy'), async () => {});
    const [file] = (await readdir(join(directory, 'copy', 'values', 'loose'))) as [string];
    await rm(join(directory, 'copy', 'values', 'loose', file));
    const copy = new DuckdbReadingStore({
      ...{ directory: join(directory, 'copy'), clock: { nowMs: () => NOON }, log: silentLogger },
    });
    expect(await copy.open()).toEqual({ damaged: [join('values', 'loose', file)] });
    await copy.close();
  });
});

it('does not replace the rollups of an expired hour when readings arrive for it', async () => {
  await append([A, NOON, 1, 1, 1], [A, NOON + 1, 3, 3, 3]);
  await store.runDueJobs(NOON + 2 * DAY, EVER);
  const shortly = { ...EVER, raw: 1 };
  await store.runDueJobs(NOON + 4 * DAY, shortly);
  expect(await rawOf(store, A)).toEqual([]);
  await append([B, NOON + 2, 5, 5, 5], [B, NOON + 3 * HOUR, 6, 6, 6]);
  for (let run = 0; run < 2; run++) await store.runDueJobs(NOON + 4 * DAY, shortly);
  const hoursOf = async (machineId: string) => {
    const range = { machineId, fromMs: 0, toMs: NOON + DAY, order: 'asc' as const, offset: 0, limit: 9 };
    return countsOf(await store.buckets({ ...range, ...HOURS }));
  };
  expect(await hoursOf(A)).toEqual([2]);
  // An hour without rollups is rolled up, however old it is.
  expect(await hoursOf(B)).toEqual([1]);
});

describe('the trash folder', () => {
  const SHORTLY = { ...EVER, raw: 1 };
  const inTrash = () => parquetBelow('trash').catch(() => []);
  const inPlace = async () => (await parquetBelow('values')).length;
  /** Restores as the operations guide describes; only while the store is closed. */
  const restore = () =>
    execFileSync('sh', ['-c', 'cp -aln trash/*/. . && rm -r trash'], { cwd: join(directory, 'store'), stdio: 'pipe' });
  const reopen = async (meanwhile: () => unknown = () => {}) => {
    await store.close();
    await meanwhile();
    store = await open(join(directory, 'store'));
  };
  const countOf = async (machineId: string) => {
    const range = { machineId, fromMs: NOON, toMs: NOON + HOUR, order: 'asc' as const, offset: 0, limit: 9 };
    return countsOf(await store.buckets({ ...range, ...HOURS }));
  };

  beforeEach(async () => {
    elapsedMs = 0;
    await append([A, NOON, 1, 1, 1], [A, NOON + 1, 3, 3, 3]);
    await store.runDueJobs(NOON + 2 * HOUR, EVER);
    await store.runDueJobs(NOON + 400 * DAY, SHORTLY);
  });

  it('holds expired files for 24 hours of elapsed time, whatever the clock is set to, across a restart', async () => {
    expect([await inPlace(), (await inTrash()).length]).toEqual([0, 1]);
    elapsedMs += 23 * HOUR;
    await store.runDueJobs(NOON + 4000 * DAY, SHORTLY);
    expect(await inTrash()).toHaveLength(1);
    await reopen(() => {
      elapsedMs = 5;
    });
    await store.runDueJobs(NOON + 400 * DAY, SHORTLY);
    expect(await inTrash()).toHaveLength(1);
    elapsedMs += HOUR;
    await store.runDueJobs(NOON + 400 * DAY, SHORTLY);
    expect(await readdir(join(directory, 'store', 'trash'))).toEqual(['ages.json']);
  });

  it('holds expired files while the clock is in doubt', async () => {
    for (let day = 0; day < 3; day++) {
      elapsedMs += DAY;
      await store.runDueJobs(NOON + 400 * DAY, null);
    }
    expect(await inTrash()).toHaveLength(1);
    elapsedMs += DAY;
    await store.runDueJobs(NOON + 400 * DAY, SHORTLY);
    expect(await inTrash()).toEqual([]);
  });

  it('is not read, verified or copied', async () => {
    expect(await rawOf(store, A)).toEqual([]);
    expect(await store.verify(silent)).toMatchObject({ faults: [] });
    await store.snapshot(join(directory, 'copy'), async () => {});
    expect(await readdir(join(directory, 'copy'))).not.toContain('trash');
    await reopen();
    expect(await rawOf(store, A)).toEqual([]);
  });

  it('can be restored completely, together with readings that arrived for the same hour meanwhile', async () => {
    for (let i = 0; i < 9; i++) {
      await append([A, NOON + 1000 + i, 5, 5, 5], [B, NOON + 3 * HOUR + i, 6, 6, 6]);
      // The L0 file of the first of them expires as well; it would be among the merged files.
      await store.runDueJobs(NOON + 20 * 60_000 + i, i === 0 ? SHORTLY : EVER);
      if (i === 0) await store.runDueJobs(NOON + 2 * DAY, SHORTLY);
    }
    await store.runDueJobs(NOON + 2 * HOUR, EVER);
    await reopen(restore);
    await store.runDueJobs(NOON + 2 * HOUR, EVER);
    const times = (await rawOf(store, A)).map(([, timestampMs]) => timestampMs - NOON);
    expect(times).toEqual([0, 1, ...Array.from({ length: 9 }, (_, i) => 1000 + i)]);
    expect(await countOf(A)).toEqual([11]);
    expect((await rawOf(store, B)).length).toBe(9);
    expect(await store.verify(silent)).toMatchObject({ faults: [] });
  });

  it('can restore an L0 file whose neighbours were written meanwhile', async () => {
    const present = NOON + 300 * DAY;
    const compact = () => store.runDueJobs(present + 60_000, SHORTLY);
    for (let i = 0; i < 9; i++) {
      // In the middle a reading of the expired hour arrives. Its file expires by itself.
      await append(i === 4 ? [A, NOON + 5, 5, 5, 5] : [B, present + i, 1, 1, 1]);
      await compact();
    }
    expect(await inTrash()).toHaveLength(2);
    await reopen(restore);
    expect((await rawOf(store, A)).map(([, timestampMs]) => timestampMs - NOON)).toEqual([0, 1, 5]);
    expect(await inPlace()).toBe(10);
  });

  describe('with rollups', () => {
    const nothing = { raw: 1, '1m': 1, '1h': 1, '1d': 1 };
    beforeEach(() => store.runDueJobs(NOON + 400 * DAY, nothing));

    it('does not restore a machine that was deleted meanwhile', async () => {
      await store.deleteMachine(A);
      await append([B, NOON + 399 * DAY, 1, 1, 1]);
      for (let run = 0; run < 2; run++) await store.runDueJobs(NOON + 400 * DAY, { ...nothing, raw: 9, '1m': 9 });
      await reopen(restore);
      expect(await rawOf(store, A)).toEqual([]);
      expect(await countOf(A)).toEqual([]);
    });

    it('can be restored next to files that were written after a restart', async () => {
      await reopen();
      await append([B, NOON + 3 * HOUR, 6, 6, 6]);
      await store.runDueJobs(NOON + 5 * HOUR, EVER);
      await reopen(restore);
      expect(await countOf(A)).toEqual([2]);
      expect(await rawOf(store, A)).toHaveLength(2);
      expect(await store.verify(silent)).toMatchObject({ faults: [] });
    });
  });

  it('holds files for another 24 hours if the file of ages cannot be read', async () => {
    elapsedMs += 23 * HOUR;
    await store.runDueJobs(NOON + 400 * DAY, SHORTLY);
    await reopen(() => writeFile(join(directory, 'store', 'trash', 'ages.json'), '{"'));
    elapsedMs += 2 * HOUR;
    await store.runDueJobs(NOON + 400 * DAY, SHORTLY);
    expect(await inTrash()).toHaveLength(1);
  });
});

it('does not replace the rollups of an hour that may have expired when readings arrive for it', async () => {
  await append([A, NOON, 1, 1, 1], [A, NOON + 1, 3, 3, 3]);
  await store.runDueJobs(NOON + 2 * DAY, EVER);
  await store.runDueJobs(NOON + 4 * DAY, { ...EVER, raw: 1 });
  elapsedMs += 25 * HOUR;
  await store.runDueJobs(NOON + 4 * DAY, { ...EVER, raw: 1 });
  // The clock is behind now. By this clock the hour has not expired.
  await append([A, NOON + 2, 5, 5, 5]);
  for (let run = 0; run < 2; run++) await store.runDueJobs(NOON + 12 * HOUR, null);
  expect((await parquetBelow('values')).every((path) => path.includes('loose'))).toBe(true);
});

it('flushes the memtable also after the clock was set back', async () => {
  await append([A, NOON, 1, 1, 1]);
  await store.runDueJobs(NOON - HOUR, EVER);
  expect(await parquetBelow('values')).toHaveLength(1);
});
