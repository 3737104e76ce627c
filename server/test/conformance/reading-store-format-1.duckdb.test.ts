// The embedded engine on the files of format 1: read at once, rewritten in the background, whatever happens meanwhile.

import { cp, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { METRIC_NAMES } from '@gonsters/contract';
import { extract } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Logger, silentLogger } from '../../src/log.ts';
import { type BucketInterval, bucketGrid } from '../../src/readings/bucket-grid.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { MACHINES, sentRows, WRITTEN_AT_MS } from '../fixtures/version-1/content.ts';
import {
  batchOf,
  bucketsOf,
  ReadingOracle,
  type Row,
  rowsOf,
  SEED_GAUGES,
  SEED_METRICS,
  wholeBucketsOf,
} from './reading-oracle.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/version-1/data-directory.tar.gz');
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WHOLE = { fromMs: 0, toMs: WRITTEN_AT_MS + DAY, order: 'asc' as const, offset: 0, limit: 100_000 };
const SEED = { metrics: SEED_METRICS, everyReading: true };
const INTERVALS: readonly BucketInterval[] = ['1m', '15m', '1h', '1d', '1mo'];

/** The folders of format 1. */
const OLD_FOLDERS = ['raw', '1m', '1h', '1d'];

describe('the files of format 1', () => {
  let base: string;
  let directory: string;
  let store: DuckdbReadingStore;
  let oracle: ReadingOracle;
  let ids: string[];

  const make = (path: string, log: Logger = silentLogger) =>
    new DuckdbReadingStore({ directory: path, clock: { nowMs: () => WRITTEN_AT_MS }, log });
  const parquetBelow = async (path: string, folders: readonly string[]) => {
    const found: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(join(path, folder), { recursive: true, withFileTypes: true }).catch(() => []);
      for (const { name, parentPath } of entries) if (name.endsWith('.parquet')) found.push(join(parentPath, name));
    }
    return found.sort();
  };
  const append = async (rows: readonly Row[]) => {
    await store.append(batchOf(rows));
    oracle.append(rows);
  };
  const expectAnswers = async (tested: DuckdbReadingStore) => {
    for (const machineId of ids) {
      const query = { ...WHOLE, ...SEED, machineId };
      const page = await tested.raw(query);
      expect({ total: page.total, rows: rowsOf(machineId, page.rows) }).toEqual(oracle.raw(query));
      const { rows } = await tested.raw({ ...query, order: 'desc', offset: 400, limit: 5 });
      expect(rowsOf(machineId, rows)).toEqual(oracle.raw({ ...query, order: 'desc', offset: 400, limit: 5 }).rows);
      for (const interval of INTERVALS) {
        const range = { fromMs: WRITTEN_AT_MS - 2.3 * DAY, toMs: WRITTEN_AT_MS - 0.11 * HOUR };
        for (const each of [query, { ...query, ...range }]) {
          const asked = { ...each, metrics: SEED_GAUGES, grid: bucketGrid(interval), holdMs: HOUR };
          const buckets = await tested.buckets(asked);
          expect({ total: buckets.total, buckets: bucketsOf(buckets) }).toEqual(oracle.buckets(asked));
        }
      }
    }
  };
  /** Runs one background job after the other, until nothing is left of format 1. */
  const upgrade = async (log: { onStep?: () => void } = {}) => {
    await store.close();
    const info = (_: unknown, message: string) => {
      if (message.includes('format 2')) log.onStep?.();
    };
    store = make(directory, { ...silentLogger, info } as Logger);
    await store.open();
    do await store.runDueJobs(WRITTEN_AT_MS, EVER);
    while ((await parquetBelow(directory, OLD_FOLDERS)).length > 0);
  };

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'format-1-'));
    await extract({ file: FIXTURE, cwd: base });
    directory = join(base, 'data', 'readings');
    store = make(directory);
    expect(await store.open()).toEqual({ damaged: [] });
    // The machines have no names here. The first of them has no negative speeds.
    const latest = await store.latest();
    const speeds = latest.machineIds.map(
      (id, row) => [id, latest.values[(latest.starts[row + 1] as number) - 1]] as const,
    );
    ids = speeds.sort(([, a = 0], [, b = 0]) => b - a).map(([id]) => id);
    ids = [...new Set(ids)];
    expect(ids).toHaveLength(MACHINES.length);
    oracle = new ReadingOracle();
    for (const [i, id] of ids.entries()) oracle.append(sentRows(id, i));
  });
  afterEach(async () => {
    await store.close();
    await rm(base, { recursive: true, force: true });
  });

  it('answer at once, also beside new readings of the same hours', async () => {
    await expectAnswers(store);
    await append(ids.map((id): Row => [id, WRITTEN_AT_MS - 30 * HOUR, 1, 2, 3]));
    await append(ids.map((id): Row => [id, WRITTEN_AT_MS - 30 * HOUR + 1, null, 4, null]));
    await expectAnswers(store);
    expect((await store.verify(() => {})).faults).toEqual([]);
  });

  it('are rewritten in the background, and nothing of format 1 remains', async () => {
    await append(ids.map((id): Row => [id, WRITTEN_AT_MS - 30 * HOUR, 1, 2, 3]));
    let steps = 0;
    await upgrade({ onStep: () => steps++ });
    expect(steps).toBeGreaterThan(4);
    expect(await parquetBelow(directory, OLD_FOLDERS)).toEqual([]);
    await expectAnswers(store);
    // The newest values of buckets were not kept in format 1. They are made from the single readings.
    for (const machineId of ids) {
      const query = { ...WHOLE, machineId, metrics: SEED_GAUGES, everyReading: true, holdMs: HOUR };
      for (const interval of INTERVALS) {
        const asked = { ...query, grid: bucketGrid(interval) };
        expect(wholeBucketsOf(await store.buckets(asked))).toEqual(oracle.wholeBuckets(asked).buckets);
      }
    }
    expect((await store.verify(() => {})).faults).toEqual([]);
    await store.close();
    store = make(directory);
    expect(await store.open()).toEqual({ damaged: [] });
    await expectAnswers(store);
  });

  it('answer the same after each step of the rewrite, and after a crash there', async () => {
    for (let step = 0; (await parquetBelow(directory, OLD_FOLDERS)).length > 0; step++) {
      const abort = new AbortController();
      await store.close();
      const info = () => abort.abort();
      store = make(directory, { ...silentLogger, info } as Logger);
      await store.open();
      await store.runDueJobs(WRITTEN_AT_MS, EVER, abort.signal);
      if (step % 8 !== 3) continue;
      await expectAnswers(store);
      const crashed = join(base, `crashed-${step}`);
      await cp(directory, crashed, { recursive: true });
      const after = make(crashed);
      expect(await after.open()).toEqual({ damaged: [] });
      await expectAnswers(after);
      await after.close();
    }
    await expectAnswers(store);
  }, 120_000);

  it('do not count beside the files that replaced them, if a crash left them there', async () => {
    const before = join(base, 'before');
    await cp(directory, before, { recursive: true });
    await upgrade();
    await store.close();
    for (const folder of OLD_FOLDERS) await cp(join(before, folder), join(directory, folder), { recursive: true });
    store = make(directory);
    expect(await store.open()).toEqual({ damaged: [] });
    expect(await parquetBelow(directory, OLD_FOLDERS)).toEqual([]);
    await expectAnswers(store);
  });

  it('may lack a metric that was added later', async () => {
    await store.close();
    const missing = METRIC_NAMES.at(-1) as string;
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const half = (await parquetBelow(directory, OLD_FOLDERS)).filter((_, i) => i % 2 === 1);
    for (const file of half) {
      const stored = `SELECT COLUMNS(c -> c NOT LIKE '${missing}%') FROM read_parquet('${file}')`;
      await duckdb.run(`COPY (${stored}) TO '${file}.older' (FORMAT parquet)`);
      await rename(`${file}.older`, file);
    }
    duckdb.closeSync();
    const metrics = METRIC_NAMES.slice(0, -1);
    await rm(join(directory, 'manifest'));
    await writeFile(join(directory, 'format.json'), JSON.stringify({ format: 1, metrics }));
    store = make(directory);
    expect(await store.open()).toEqual({ damaged: [] });
    const rowsOfFirst = async () => {
      const query = { ...WHOLE, ...SEED, machineId: ids[0] as string };
      return { expected: oracle.raw(query).rows, found: rowsOf(query.machineId, (await store.raw(query)).rows) };
    };
    for (const afterJobs of [false, true]) {
      if (afterJobs) await store.runDueJobs(WRITTEN_AT_MS, EVER);
      const { expected, found } = await rowsOfFirst();
      const without = (rows: readonly Row[]) => rows.map((row) => row.slice(0, -1));
      expect(without(found)).toEqual(without(expected));
      const speeds = found.map((row) => row.at(-1));
      expect(speeds).toContain(null);
      expect(speeds.some((speed) => speed !== null)).toBe(true);
    }
  });

  it('make the first start say that earlier versions cannot open the data any more, and how to make a backup', async () => {
    const warn = vi.fn();
    await store.close();
    await writeFile(join(directory, 'format.json'), JSON.stringify({ format: 1, metrics: METRIC_NAMES }));
    for (const starts of [1, 1]) {
      store = make(directory, { ...silentLogger, warn } as unknown as Logger);
      await store.open();
      await store.close();
      expect(warn).toHaveBeenCalledTimes(starts);
    }
    expect(warn.mock.calls.flat().join()).toMatch(/earlier versions cannot open.*gonsters backup/);
  });
});
