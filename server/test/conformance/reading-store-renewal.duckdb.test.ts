// The embedded engine makes rollups again: those that are missing, and those of a metric whose kind has changed.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricKind } from '@gonsters/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { metricIndexOf } from '../../src/metric-index.ts';
import { type BucketInterval, bucketGrid } from '../../src/readings/bucket-grid.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { batchOfReadings, type NamedReading, ReadingOracle, wholeBucketsOf } from './reading-oracle.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const HOLD_MS = 20 * 60_000;
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const INTERVALS: readonly BucketInterval[] = ['1m', '1h', '1d', '1mo'];

let directory: string;
let store: DuckdbReadingStore;
let oracle: ReadingOracle;
let kinds: Record<string, MetricKind>;

const open = async () => {
  store = new DuckdbReadingStore({
    ...{ directory, clock: { nowMs: () => NOON }, log: silentLogger, holdMs: () => HOLD_MS },
    kindOf: (name) => kinds[name] ?? 'gauge',
  });
  return store.open();
};
const runAllJobs = () => store.runDueJobs(NOON + 2 * DAY, EVER);
const append = async (readings: readonly NamedReading[]) => {
  await store.append(batchOfReadings(readings));
  oracle.appendReadings(readings);
};
const parquetBelow = async (path: string) => {
  const entries = await readdir(join(directory, path), { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.name.endsWith('.parquet')).map((each) => join(each.parentPath, each.name));
};
const expectAnswers = async () => {
  for (const machineId of [A, B]) {
    for (const interval of INTERVALS) {
      const query = {
        ...{ machineId, fromMs: 0, toMs: NOON + DAY, order: 'asc' as const, offset: 0, limit: 100_000 },
        metrics: Object.entries(kinds).map(([name, kind]) => ({ metric: metricIndexOf(name), kind })),
        ...{ everyReading: true, grid: bucketGrid(interval), holdMs: HOLD_MS },
      };
      expect(wholeBucketsOf(await store.buckets(query))).toEqual(oracle.wholeBuckets(query).buckets);
    }
  }
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reading-renewal-'));
  kinds = { temperature: 'gauge', parts: 'gauge', mode: 'state' };
  oracle = new ReadingOracle();
  await open();
  const times = Array.from({ length: 120 }, (_, i) => NOON - 3 * DAY + i * 37 * 60_000);
  await append(
    times.flatMap((timestampMs, i) => [
      { machineId: A, timestampMs, cells: { temperature: i, parts: i % 50, mode: i % 7 === 0 ? (i / 7) % 3 : null } },
      { machineId: B, timestampMs, cells: { parts: 2 * i } },
    ]),
  );
  await runAllJobs();
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

it('makes missing rollups again from finer ones and from the values', async () => {
  for (const folder of ['rollups/1m', 'rollups/1d', 'rollups']) {
    await store.close();
    const lost = await parquetBelow(folder);
    expect(lost.length).toBeGreaterThan(0);
    for (const path of lost) await rm(path);
    expect((await open()).damaged).toHaveLength(lost.length);
    await runAllJobs();
    await expectAnswers();
    // What was missing is reported, although it was made again, until it is acknowledged.
    expect((await store.verify(() => {})).faults).toHaveLength(lost.length);
    await store.acknowledgeDamage(store.damage().map(({ file }) => file));
    expect((await store.verify(() => {})).faults).toEqual([]);
  }
});

it('does not bring a deleted machine back', async () => {
  await store.deleteMachine(B);
  oracle.deleteMachine(B);
  await store.close();
  for (const path of await parquetBelow('rollups')) await rm(path);
  await open();
  await runAllJobs();
  await expectAnswers();
});

it('renews the rollups of a metric whose kind has changed, a day at a time and across restarts', async () => {
  kinds = { ...kinds, parts: 'counter' };
  await store.runDueJobs(NOON + 2 * DAY, EVER);
  await store.close();
  await open();
  // Late readings meanwhile.
  await append([{ machineId: A, timestampMs: NOON - 2 * DAY, cells: { parts: 1000, temperature: 1 } }]);
  for (let run = 0; run < 6; run++) await runAllJobs();
  await expectAnswers();
  kinds = { ...kinds, parts: 'boolean', mode: 'gauge' };
  for (let run = 0; run < 6; run++) await runAllJobs();
  await expectAnswers();
  expect((await store.verify(() => {})).faults).toEqual([]);
});
