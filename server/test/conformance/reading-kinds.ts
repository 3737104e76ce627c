// What every engine does with metrics of each kind, with their quality, and with metrics that come and go.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { metricIndexOf, metricNameAt } from '../../src/metric-index.ts';
import { type BucketGrid, bucketGrid } from '../../src/readings/bucket-grid.ts';
import { BAD, UNCERTAIN } from '../../src/readings/reading-batch.ts';
import type { BucketQuery, RawQuery, ReadingStore } from '../../src/readings/reading-store.ts';
import { INTERVALS_MS, type Interval } from '../../src/readings/time-buckets.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { batchOfReadings, type Cell, rowsOf, rowsOfBatch, wholeBucketsOf } from './reading-oracle.ts';
import type { MakeStore } from './reading-store.ts';

const SECOND = 1000;
const MINUTE = INTERVALS_MS['1m'];
const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';

export function anyMetricConformance(name: string, make: MakeStore): void {
  describe(`${name} as a store of metrics of every kind`, () => {
    let directory: string;
    let nowMs: number;
    let store: ReadingStore;
    const clock: Clock = { nowMs: () => nowMs };
    const append = (...readings: [timestampMs: number, cells: Record<string, Cell>][]) =>
      store.append(batchOfReadings(readings.map(([timestampMs, cells]) => ({ machineId: A, timestampMs, cells }))));
    const raw = async (names: readonly string[], query: Partial<RawQuery> = {}) => {
      const whole = { machineId: A, fromMs: 0, toMs: NOON + 400 * DAY, order: 'asc' as const, offset: 0, limit: 1000 };
      const page = await store.raw({ ...whole, metrics: names.map(metricIndexOf), everyReading: false, ...query });
      expect(
        (await store.raw({ ...whole, metrics: names.map(metricIndexOf), everyReading: false, ...query, limit: 1 }))
          .total,
      ).toBe(page.total);
      return rowsOf(A, page.rows).map(([, ...row]) => row);
    };
    const buckets = async (names: readonly string[], grid: BucketGrid | Interval, query: Partial<BucketQuery> = {}) => {
      const page = await store.buckets({
        ...{ machineId: A, fromMs: 0, toMs: NOON + 400 * DAY, order: 'asc' as const, offset: 0, limit: 1000 },
        ...{ metrics: names.map((each) => ({ metric: metricIndexOf(each), kind: kindOf(each) })), everyReading: false },
        ...{ grid: typeof grid === 'string' ? bucketGrid(grid) : grid, holdMs: HOLD_MS },
        ...query,
      });
      return wholeBucketsOf(page) as [startMs: number, readings: number, ...facts: object[]][];
    };
    /** Runs the check before and after flush, compaction and rollups. */
    const beforeAndAfterJobs = async (check: () => Promise<void>) => {
      await check();
      await store.runDueJobs(nowMs + 2 * DAY, EVER);
      await check();
    };

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'readings-'));
      nowMs = NOON;
      store = make(directory, clock);
      await store.open();
    });
    afterEach(async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    });

    it('stores metrics that no earlier reading had, and answers only those that are asked for', async () => {
      await append([NOON, { temperature: 1 }], [NOON + 1, { vibration_rms: 2.5, parts: 7 }]);
      await beforeAndAfterJobs(async () => {
        expect(await raw(['parts', 'temperature'])).toEqual([
          [NOON, null, 1],
          [NOON + 1, 7, null],
        ]);
        expect(await raw(['vibration_rms'])).toEqual([[NOON + 1, 2.5]]);
        expect(await raw(['vibration_rms'], { everyReading: true })).toEqual([
          [NOON, null],
          [NOON + 1, 2.5],
        ]);
        expect(await raw(['never_seen'])).toEqual([]);
        expect(await buckets(['vibration_rms'], '1h')).toMatchObject([[NOON, 2, { count: 1, last: 2.5 }]]);
        expect(await buckets(['never_seen'], '1h')).toEqual([]);
        expect(await buckets(['never_seen'], '1h', { everyReading: true })).toMatchObject([[NOON, 2, { count: 0 }]]);
      });
    });

    it('stores a bad value as such, and never aggregates it', async () => {
      const cells: Record<string, Cell>[] = [
        { temperature: 10 },
        { temperature: [3276.7, BAD] },
        { temperature: [null, BAD] },
        { temperature: [20, UNCERTAIN] },
      ];
      await append(...cells.map((each, i): [number, Record<string, Cell>] => [NOON + i * SECOND, each]));
      await beforeAndAfterJobs(async () => {
        expect((await raw(['temperature'])).map(([, cell]) => cell)).toEqual(
          cells.map(({ temperature }) => temperature),
        );
        for (const interval of ['1m', '1h', '1d'] as const) {
          const facts = { count: 2, bad: 2, sum: 30, min: 10, max: 20, last: 20 };
          expect(await buckets(['temperature'], interval)).toMatchObject([[expect.any(Number), 4, facts]]);
        }
      });
    });

    it('shows a bucket that has only bad values', async () => {
      await append([NOON, { mode: [1, BAD], temperature: [null, BAD] }]);
      await beforeAndAfterJobs(async () => {
        const facts = { count: 0, bad: 1, sum: Number.NaN, last: Number.NaN, changes: 0, durations: {} };
        expect(await buckets(['mode', 'temperature'], '1d')).toMatchObject([[NOON - DAY / 2, 1, facts, facts]]);
      });
    });

    it('replaces a value with its quality when it is sent again', async () => {
      await append([NOON, { temperature: 1, speed: [5, BAD] }]);
      await append([NOON, { temperature: [2, BAD] }]);
      await append([NOON, { speed: 6 }]);
      await beforeAndAfterJobs(async () => {
        expect(await raw(['temperature', 'speed'])).toEqual([[NOON, [2, BAD], 6]]);
        expect(await buckets(['temperature', 'speed'], '1h')).toMatchObject([
          [NOON, 1, { count: 0, bad: 1 }, { count: 1, bad: 0, sum: 6 }],
        ]);
      });
      await append([NOON, { temperature: 3 }]);
      await beforeAndAfterJobs(async () => {
        expect(await buckets(['temperature'], '1d')).toMatchObject([[NOON - DAY / 2, 1, { count: 1, bad: 0, sum: 3 }]]);
      });
    });

    it('returns the newest value of each metric, bad ones included', async () => {
      await append([NOON, { temperature: 1, mode: 2 }], [NOON + 1, { mode: [null, BAD] }]);
      const latest = async () =>
        rowsOfBatch(await store.latest(), ['temperature', 'mode'].map(metricIndexOf)).map(([, ...row]) => row);
      const expected = [
        [NOON, 1, null],
        [NOON + 1, null, [null, BAD]],
      ];
      expect(await latest()).toEqual(expected);
      await store.runDueJobs(nowMs + 2 * DAY, EVER);
      await store.close();
      store = make(directory, clock);
      await store.open();
      expect(await latest()).toEqual(expected);
    });

    it('exports every metric that has a value if none is named', async () => {
      await append([NOON, { temperature: 1 }], [NOON + 1, { parts: 4, mode: [null, BAD] }]);
      await beforeAndAfterJobs(async () => {
        const found = new Map<string, Cell[]>();
        for await (const table of store.export({ machineId: A, fromMs: 0, toMs: NOON + DAY, metrics: null })) {
          for (const column of table.columns) {
            const cells = rowsOf(A, { ...table, columns: [column] }).map(([, , cell]) => cell as Cell);
            found.set(metricNameAt(column.metric), cells);
          }
        }
        expect(Object.fromEntries(found)).toEqual({
          temperature: [1, null],
          parts: [null, 4],
          mode: [null, [null, BAD]],
        });
      });
    });

    describe('counters', () => {
      const increases = async (interval: Interval | BucketGrid, query: Partial<BucketQuery> = {}) =>
        (await buckets(['parts'], interval, query)).map(([, , facts]) => (facts as { increase: number }).increase);

      it('grow from the value before the bucket to its last value, also across a gap', async () => {
        await append([NOON - 40 * DAY, { parts: 100 }], [NOON, { parts: 130 }], [NOON + 90 * SECOND, { parts: 135 }]);
        await beforeAndAfterJobs(async () => {
          expect(await increases('1m')).toEqual([0, 30, 5]);
          expect(await increases('1d')).toEqual([0, 35]);
          // The value before the range counts, wherever it is.
          expect(await increases('1m', { fromMs: NOON })).toEqual([30, 5]);
          expect(await increases('1m', { fromMs: NOON + 60 * SECOND })).toEqual([5]);
          expect(await increases('1h', { fromMs: NOON + 1 })).toEqual([5]);
        });
      });

      it('begin again at 0 after a reset', async () => {
        const values = [10, 12, 3, 5, 0, 1];
        await append(...values.map((parts, i): [number, Record<string, Cell>] => [NOON + i * 30 * SECOND, { parts }]));
        await beforeAndAfterJobs(async () => {
          expect(await increases('1m')).toEqual([2, 5, 1]);
          expect(await increases('1d')).toEqual([8]);
        });
      });

      it('ignore bad values', async () => {
        await append(
          [NOON, { parts: 10 }],
          [NOON + SECOND, { parts: [99_999, BAD] }],
          [NOON + 2 * SECOND, { parts: 12 }],
        );
        await beforeAndAfterJobs(async () => expect(await increases('1h')).toEqual([2]));
      });
    });

    describe('states and booleans', () => {
      const states = async (metric: string, grid: Interval | BucketGrid, query: Partial<BucketQuery> = {}) =>
        (await buckets([metric], grid, query)).map(([startMs, , facts]) => {
          const { durations, changes } = facts as { durations: object; changes: number };
          return [startMs - NOON, durations, changes];
        });

      it('hold until the next value, through buckets without readings', async () => {
        await append([NOON + 30 * SECOND, { mode: 1 }], [NOON + 4 * MINUTE, { mode: 2 }]);
        await beforeAndAfterJobs(async () => {
          expect(await states('mode', '1m', { toMs: NOON + 5 * MINUTE })).toEqual([
            [0, { 1: 30_000 }, 0],
            [MINUTE, { 1: MINUTE }, 0],
            [2 * MINUTE, { 1: MINUTE }, 0],
            [3 * MINUTE, { 1: MINUTE }, 0],
            [4 * MINUTE, { 2: MINUTE }, 1],
          ]);
          expect(await states('mode', '1h')).toEqual([[0, { 1: 210_000, 2: HOLD_MS }, 1]]);
        });
      });

      it('are unknown after the hold, and the next value still counts as a change', async () => {
        await append([NOON, { mode: 1 }], [NOON + 2 * HOUR, { mode: 2 }], [NOON + 26 * HOUR, { mode: 2 }]);
        await beforeAndAfterJobs(async () => {
          expect(await states('mode', '1h')).toEqual([
            [0, { 1: HOLD_MS }, 0],
            [2 * HOUR, { 2: HOLD_MS }, 1],
            [26 * HOUR, { 2: HOLD_MS }, 0],
          ]);
          expect(await states('mode', '1d')).toEqual([
            [-DAY / 2, { 1: HOLD_MS, 2: HOLD_MS }, 1],
            [DAY / 2, { 2: HOLD_MS }, 0],
          ]);
          expect(await states('mode', '1h', { fromMs: NOON + HOUR })).toEqual([
            [2 * HOUR, { 2: HOLD_MS }, 1],
            [26 * HOUR, { 2: HOLD_MS }, 0],
          ]);
        });
      });

      it('are known at the start of a range by the value before it', async () => {
        await append([NOON - 10 * MINUTE, { running: 1 }], [NOON + 30 * MINUTE, { running: 0 }]);
        await beforeAndAfterJobs(async () => {
          expect(await states('running', '1h', { fromMs: NOON, toMs: NOON + HOUR })).toEqual([
            [0, { 1: HOLD_MS - 10 * MINUTE, 0: HOLD_MS }, 1],
          ]);
          // Nothing was sent in this range, but the state is known.
          expect(await states('running', '1m', { fromMs: NOON + 30_000, toMs: NOON + 90_000 })).toEqual([
            [0, { 1: 30_000 }, 0],
            [MINUTE, { 1: 30_000 }, 0],
          ]);
        });
      });

      it('are divided at the boundaries of the buckets', async () => {
        await append([NOON + 55 * MINUTE, { mode: 3 }], [NOON + 65 * MINUTE, { mode: 4 }]);
        await beforeAndAfterJobs(async () => {
          expect(await states('mode', '1h')).toEqual([
            [0, { 3: 5 * MINUTE }, 0],
            [HOUR, { 3: 5 * MINUTE, 4: HOLD_MS }, 1],
          ]);
        });
      });
    });

    it('answers days of another zone and months', async () => {
      const hours = [-40 * 24, -20, -8, 0, 6, 15];
      await append(
        ...hours.map((hour, i): [number, Record<string, Cell>] => [NOON + hour * HOUR, { parts: i, speed: i }]),
      );
      await beforeAndAfterJobs(async () => {
        const days = await buckets(['speed', 'parts'], bucketGrid('1d', 'Asia/Karachi'));
        expect(days.map(([startMs, readings]) => [(startMs - NOON) / HOUR, readings])).toEqual([
          [-40 * 24 - 17, 1],
          [-41, 1],
          [-17, 3],
          [7, 1],
        ]);
        expect(days.map(([, , , parts]) => (parts as { increase: number }).increase)).toEqual([0, 1, 3, 1]);
        const months = await buckets(['speed'], bucketGrid('1mo'));
        expect(months.map(([startMs, readings]) => [new Date(startMs).toISOString().slice(0, 10), readings])).toEqual([
          ['2025-12-01', 1],
          ['2026-01-01', 5],
        ]);
      });
    });
  });
}
