// The embedded engine keeps rollups of the days of the plant's time zone, and makes them anew when the zone changes.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricKind } from '@gonsters/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { metricIndexOf } from '../../src/metric-index.ts';
import { type BucketInterval, bucketGrid } from '../../src/readings/bucket-grid.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import type { RetentionDays } from '../../src/readings/reading-store.ts';
import { batchOfReadings, type NamedReading, ReadingOracle, wholeBucketsOf } from './reading-oracle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Clocks change in Berlin on 29 March. */
const NOON = Date.UTC(2026, 3, 10, 12);
const EVER: RetentionDays = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const HOLD_MS = 20 * MINUTE;
const A = '00000000-0000-4000-8000-00000000000a';
const KINDS: Record<string, MetricKind> = { temperature: 'gauge', parts: 'counter', mode: 'state' };
const INTERVALS: readonly BucketInterval[] = ['1d', '1w', '1mo'];

let directory: string;
let store: DuckdbReadingStore;
let oracle: ReadingOracle;
let zone: string;
let nowMs: number;
/** How far the monotonic clock goes on each time it is asked. */
let stepMs: number;

const storeIn = (root: string) => {
  let elapsedMs = 0;
  return new DuckdbReadingStore({
    ...{ directory: root, clock: { nowMs: () => nowMs }, log: silentLogger, holdMs: () => HOLD_MS },
    kindOf: (name) => KINDS[name] ?? 'gauge',
    plantZone: () => zone,
    monotonic: {
      elapsedMs: () => {
        elapsedMs += stepMs;
        return elapsedMs;
      },
    },
  });
};
const open = async () => {
  store = storeIn(directory);
  return store.open();
};
const run = (retention = EVER) => store.runDueJobs(nowMs, retention);
const append = async (readings: readonly NamedReading[]) => {
  await store.append(batchOfReadings(readings));
  oracle.appendReadings(readings);
};
const answers = async (asked: DuckdbReadingStore, zones: readonly string[]) => {
  const found = [];
  for (const each of zones) {
    for (const interval of INTERVALS) {
      const query = {
        ...{ machineId: A, fromMs: 0, toMs: NOON + DAY, order: 'asc' as const, offset: 0, limit: 100_000 },
        metrics: Object.entries(KINDS).map(([name, kind]) => ({ metric: metricIndexOf(name), kind })),
        ...{ everyReading: true, grid: bucketGrid(interval, each), holdMs: HOLD_MS },
      };
      const page = wholeBucketsOf(await asked.buckets(query));
      found.push({ each, interval, page, expected: oracle.wholeBuckets(query).buckets });
    }
  }
  return found;
};
const expectAnswers = async (asked = store) => {
  for (const { page, expected } of await answers(asked, [zone, 'UTC'])) expect(page).toEqual(expected);
};
const localFiles = async () =>
  (await readdir(join(directory, 'rollups'), { recursive: true })).filter(
    (name) => name.startsWith('1d-') && name.endsWith('.parquet'),
  );

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reading-local-days-'));
  [zone, nowMs, stepMs] = ['Europe/Berlin', NOON, 0];
  oracle = new ReadingOracle();
  await open();
  // Some hours of every sixth day, in several months of two years, and the days at a change of clocks.
  const days = [...Array.from({ length: 18 }, (_, i) => -105 + 6 * i), -14, -13, -12, -11];
  const times = days
    .sort((a, b) => a - b)
    .flatMap((day) => [0, 5, 9, 11].map((hour) => NOON + day * DAY + hour * HOUR));
  await append(
    times.flatMap((timestampMs, i) => [
      { machineId: A, timestampMs, cells: { temperature: i, parts: i % 50, mode: i % 3 } },
      { machineId: A, timestampMs: timestampMs + 10 * MINUTE, cells: { mode: (i + 1) % 3 } },
    ]),
  );
  nowMs = NOON + 2 * HOUR;
  await run();
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

it('answers days of the plant from them, also after late values, and makes them anew for another zone', async () => {
  expect(store.localDaysFrom('Europe/Berlin')).toBe(Number.NEGATIVE_INFINITY);
  expect(store.localDaysFrom('Asia/Jakarta')).toBeNull();
  await expectAnswers();
  await append([{ machineId: A, timestampMs: NOON - 50 * DAY, cells: { temperature: -70, parts: 3 } }]);
  await expectAnswers();
  nowMs += 30 * MINUTE;
  await run();
  await expectAnswers();

  for (const next of ['Asia/Kolkata', 'America/St_Johns', 'Asia/Jakarta', 'UTC', 'Europe/Berlin']) {
    zone = next;
    await expectAnswers();
    await run();
    const folders = new Set((await localFiles()).map((name) => name.slice(0, name.indexOf('%'))));
    expect([...folders]).toEqual(next === 'UTC' ? [] : [`1d-${next.split('/')[0]}`]);
    await expectAnswers();
  }
  expect(await store.verify(() => {})).toMatchObject({ faults: [] });
});

it('makes them month by month, the newest first, across restarts and beside other work', async () => {
  zone = 'Asia/Jakarta';
  // One month a run.
  stepMs = 6_000;
  let runs = 0;
  for (; store.localDaysFrom(zone) === null && runs < 20; runs++) {
    await run();
    await expectAnswers();
    await append([{ machineId: A, timestampMs: NOON - runs * 9 * DAY, cells: { temperature: runs, mode: 1 } }]);
    nowMs += 20 * MINUTE;
    await store.close();
    expect(await open()).toEqual({ damaged: [] });
  }
  expect(runs).toBeGreaterThan(4);
  expect(store.localDaysFrom(zone)).toBe(Number.NEGATIVE_INFINITY);
  stepMs = 0;
  await run();
  await expectAnswers();
});

it('keeps them when the values and finer rollups have expired, and says from when on another zone has days', async () => {
  const before = await answers(store, ['Europe/Berlin']);
  await run({ ...EVER, raw: 40, '1m': 40, '1h': 40 });
  const found = await answers(store, ['Europe/Berlin']);
  expect(found.map(({ page }) => page)).toEqual(before.map(({ page }) => page));
  expect(store.localDaysFrom(zone)).toBe(Number.NEGATIVE_INFINITY);
  zone = 'Asia/Jakarta';
  await run({ ...EVER, raw: 40, '1m': 40, '1h': 40 });
  // The hours of March are the oldest; the first complete day begins at 17:00 UTC.
  expect(store.localDaysFrom(zone)).toBe(Date.UTC(2026, 2, 1, 17));
  await store.close();
  await open();
  expect(store.localDaysFrom(zone)).toBe(Date.UTC(2026, 2, 1, 17));
});

it('travels with a snapshot, and is made again if a file is lost', async () => {
  await store.snapshot(join(directory, 'copy'), async () => {});
  const copy = storeIn(join(directory, 'copy'));
  await copy.open();
  expect(copy.localDaysFrom(zone)).toBe(Number.NEGATIVE_INFINITY);
  await expectAnswers(copy);
  await copy.close();

  await store.close();
  const [file] = (await localFiles()) as [string];
  await rm(join(directory, 'rollups', file));
  expect((await open()).damaged).toEqual([expect.stringContaining('1d-Europe')]);
  expect(store.damage()).toMatchObject([{ part: 'days', isRebuilt: false }]);
  await run();
  expect(store.damage()).toMatchObject([{ part: 'days', isRebuilt: true }]);
  await expectAnswers();
});

it('merges its files, and forgets those of a change of the zone that did not end', async () => {
  for (let i = 0; i < 8; i++) {
    await append([{ machineId: A, timestampMs: NOON - 30 * DAY, cells: { temperature: 100 + i } }]);
    nowMs += 20 * MINUTE;
    await run();
  }
  expect((await localFiles()).length).toBeLessThanOrEqual(2 * 5);
  await expectAnswers();
  await store.close();
  await rm(join(directory, 'local-days.json'));
  await open();
  expect(await localFiles()).toEqual([]);
  await run();
  await expectAnswers();
});
