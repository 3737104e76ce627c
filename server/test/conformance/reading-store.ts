// What every engine must do: each sentence of the port has a test that fails if the sentence is broken.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import type { RawQuery, ReadingStore, RetentionDays } from '../../src/readings/reading-store.ts';
import { INTERVALS_MS, type Interval } from '../../src/readings/time-buckets.ts';
import { HOLD_MS, readingStoreHistories } from './reading-histories.ts';
import { readingStoreHolds } from './reading-holds.ts';
import { anyMetricConformance } from './reading-kinds.ts';
import {
  batchOf,
  bucketsOf,
  ReadingOracle,
  type Row,
  rowsOf,
  rowsOfBatch,
  SEED_GAUGES,
  SEED_METRICS,
} from './reading-oracle.ts';

const MINUTE = INTERVALS_MS['1m'];
const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER: RetentionDays = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

/** The store summarises with the kinds and the hold of `reading-histories.ts`. */
/** `holdMs`: that of the plant at present. */
export type MakeStore = (
  directory: string,
  clock: Clock,
  plantZone?: () => string,
  holdMs?: () => number,
) => ReadingStore;

/** Where engines differ, and why. */
export interface DeclaredDifferences {
  /** Several processes may open the store at the same time. */
  isShared?: string;
  /** Old readings are removed by the server itself, in the retention period that its database has. */
  cannotExpire?: string;
  /** A call that is running when the store is closed may be refused. */
  cannotFinish?: string;
}

export function readingStoreConformance(name: string, make: MakeStore, differences: DeclaredDifferences = {}): void {
  describe(`${name} as a store of readings`, () => {
    let directory: string;
    let nowMs: number;
    let store: ReadingStore;
    const clock: Clock = { nowMs: () => nowMs };
    const append = (...rows: Row[]) => store.append(batchOf(rows));
    const all = (machineId: string): RawQuery => ({
      machineId,
      metrics: SEED_METRICS,
      everyReading: true,
      fromMs: 0,
      toMs: Date.UTC(9999, 0),
      order: 'asc',
      offset: 0,
      limit: 100_000,
    });
    const raw = async (query: Partial<RawQuery> = {}) => {
      const page = await store.raw({ ...all(A), ...query });
      // A short page needs a count; a long page may show the total itself.
      expect((await store.raw({ ...all(A), ...query, limit: 1 })).total).toBe(page.total);
      return { total: page.total, rows: rowsOf(query.machineId ?? A, page.rows) };
    };
    const bucketQuery = (interval: Interval) => ({
      ...{ ...all(A), metrics: SEED_GAUGES, grid: bucketGrid(interval), holdMs: HOLD_MS },
    });
    const buckets = async (interval: Interval, query: Partial<Omit<RawQuery, 'metrics'>> = {}) => {
      const page = await store.buckets({ ...bucketQuery(interval), ...query });
      return { total: page.total, buckets: bucketsOf(page) };
    };
    const restart = async () => {
      await store.close();
      store = make(directory, clock);
      return store.open();
    };
    /** Runs background jobs at a time when everything is due: flush, compaction and rollups. */
    const runAllJobs = () => store.runDueJobs(nowMs + 2 * DAY, EVER);

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

    it('opens an empty directory without damage', async () => {
      expect(await restart()).toEqual({ damaged: [] });
      expect(await raw()).toEqual({ total: 0, rows: [] });
      expect(rowsOfBatch(await store.latest())).toEqual([]);
    });

    it('answers an unknown machine with nothing', async () => {
      await append([A, NOON, 1, 2, 3]);
      expect(await raw({ machineId: B })).toEqual({ total: 0, rows: [] });
      expect(await buckets('1m', { machineId: B })).toEqual({ total: 0, buckets: [] });
    });

    it('accepts an empty batch', async () => {
      await append();
      expect(await raw()).toEqual({ total: 0, rows: [] });
    });

    it('distinguishes zero, negative and absent values', async () => {
      await append([A, NOON, 0, null, -40.5], [A, NOON + 1, null, 0, null]);
      const expected = {
        total: 2,
        rows: [
          [A, NOON, 0, null, -40.5],
          [A, NOON + 1, null, 0, null],
        ],
      };
      expect(await raw()).toEqual(expected);
      await runAllJobs();
      expect(await raw()).toEqual(expected);
      expect((await buckets('1m')).buckets).toEqual([[NOON, [1, 0, 0, 0], [1, 0, 0, 0], [1, -40.5, -40.5, -40.5]]]);
    });

    it('returns count 0 and NaN for a metric without a value in a bucket', async () => {
      await append([A, NOON, 1, null, null]);
      const absent = [0, Number.NaN, Number.NaN, Number.NaN];
      expect((await buckets('1h')).buckets).toEqual([[NOON, [1, 1, 1, 1], absent, absent]]);
      await runAllJobs();
      expect((await buckets('1h')).buckets).toEqual([[NOON, [1, 1, 1, 1], absent, absent]]);
    });

    it('stores times far from today to the millisecond', async () => {
      const early = Date.UTC(1990, 0, 1) + 7;
      const late = Date.UTC(2250, 5, 1) + 999;
      await append([A, late, 1, 1, 1], [A, early, 2, 2, 2]);
      const expected = {
        total: 2,
        rows: [
          [A, early, 2, 2, 2],
          [A, late, 1, 1, 1],
        ],
      };
      expect(await raw()).toEqual(expected);
      const thousandYears = 365_000;
      await store.runDueJobs(late + DAY, {
        raw: thousandYears,
        '1m': thousandYears,
        '1h': thousandYears,
        '1d': thousandYears,
      });
      expect(await raw()).toEqual(expected);
      expect((await buckets('1d')).total).toBe(2);
    });

    it('includes the start of a range and excludes its end', async () => {
      await append([A, NOON, 1, 1, 1], [A, NOON + 1, 2, 2, 2], [A, NOON + 2, 3, 3, 3]);
      for (const afterJobs of [false, true]) {
        if (afterJobs) await runAllJobs();
        expect((await raw({ fromMs: NOON, toMs: NOON + 2 })).rows.map((row) => row[1])).toEqual([NOON, NOON + 1]);
        expect((await raw({ fromMs: NOON + 1, toMs: NOON + 1 })).total).toBe(0);
        expect((await raw({ fromMs: NOON + 2, toMs: NOON })).total).toBe(0);
      }
    });

    it('lets the value written last win, metric by metric', async () => {
      await append([A, NOON, 1, 2, null]);
      await append([A, NOON, 5, null, 9]);
      const expected = { total: 1, rows: [[A, NOON, 5, 2, 9]] };
      expect(await raw()).toEqual(expected);
      await runAllJobs();
      expect(await raw()).toEqual(expected);
      await append([A, NOON, null, 7, null]);
      expect(await raw()).toEqual({ total: 1, rows: [[A, NOON, 5, 7, 9]] });
      expect((await buckets('1d')).buckets).toEqual([[NOON - 12 * HOUR, [1, 5, 5, 5], [1, 7, 7, 7], [1, 9, 9, 9]]]);
      await runAllJobs();
      expect(await raw()).toEqual({ total: 1, rows: [[A, NOON, 5, 7, 9]] });
      expect((await buckets('1d')).buckets).toEqual([[NOON - 12 * HOUR, [1, 5, 5, 5], [1, 7, 7, 7], [1, 9, 9, 9]]]);
    });

    it('lets the later row win within one batch', async () => {
      await append([A, NOON, 1, 1, null], [B, NOON, 4, 4, 4], [A, NOON, 2, null, 3]);
      expect(await raw()).toEqual({ total: 1, rows: [[A, NOON, 2, 1, 3]] });
    });

    it('stores the same state when a batch is sent again', async () => {
      const rows = Array.from({ length: 500 }, (_, i): Row => [A, NOON + i * 1000, i, 1 - i, 0]);
      await append(...rows);
      await runAllJobs();
      await append(...rows);
      expect((await raw()).rows).toEqual(rows);
      expect((await buckets('1h')).buckets).toEqual([
        [NOON, [500, 124_750, 0, 499], [500, -124_250, -498, 1], [500, 0, 0, 0]],
      ]);
      await runAllJobs();
      expect((await raw()).rows).toEqual(rows);
    });

    it('returns rows in order, whatever the order of the batch', async () => {
      const rows = Array.from(
        { length: 300 },
        (_, i): Row => [i % 2 ? A : B, NOON + ((i * 7919) % 300) * 1000, i, i, i],
      );
      await append(...rows);
      for (const afterJobs of [false, true]) {
        if (afterJobs) await runAllJobs();
        const times = (await raw()).rows.map((row) => row[1]);
        expect(times).toHaveLength(150);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }
    });

    it('counts late readings of a compacted hour in every answer', async () => {
      await append([A, NOON, 10, null, null], [A, NOON + HOUR, 20, null, null]);
      await runAllJobs();
      await append([A, NOON + 30_000, 30, null, null], [A, NOON - 3 * DAY, 5, null, null]);
      for (const afterJobs of [false, true]) {
        if (afterJobs) await runAllJobs();
        expect((await raw()).rows.map((row) => row[2])).toEqual([5, 10, 30, 20]);
        const days = (await buckets('1d')).buckets as [number, number[]][];
        expect(days.map(([start, first]) => [start, first])).toEqual([
          [NOON - 12 * HOUR - 3 * DAY, [1, 5, 5, 5]],
          [NOON - 12 * HOUR, [3, 60, 10, 30]],
        ]);
        expect((await buckets('1m')).total).toBe(3);
      }
    });

    it('pages in both directions with the total of the range', async () => {
      const rows = Array.from({ length: 5000 }, (_, i): Row => [A, NOON + i * 20_000, i, null, null]);
      await append(...rows);
      for (const afterJobs of [false, true]) {
        if (afterJobs) await runAllJobs();
        const asc = await raw({ offset: 4000, limit: 3 });
        expect([asc.total, ...asc.rows.map((row) => row[2])]).toEqual([5000, 4000, 4001, 4002]);
        const desc = await raw({ order: 'desc', offset: 10, limit: 3 });
        expect([desc.total, ...desc.rows.map((row) => row[2])]).toEqual([5000, 4989, 4988, 4987]);
        expect(await raw({ offset: 5000, limit: 10 })).toEqual({ total: 5000, rows: [] });
        for (const limit of [4999, 5000, 5001]) {
          const { total, rows } = await raw({ limit });
          expect([total, rows.length]).toEqual([5000, Math.min(limit, 5000)]);
        }
        const hours = await buckets('1h', { order: 'desc', offset: 1, limit: 2 });
        expect(hours.total).toBe(28);
        expect(hours.buckets.map((bucket) => (bucket as number[])[0])).toEqual([NOON + 26 * HOUR, NOON + 25 * HOUR]);
      }
    });

    it('counts only readings inside the range in a bucket that the range cuts', async () => {
      await append(...Array.from({ length: 7200 }, (_, i): Row => [A, NOON + i * 1000, i, null, null]));
      for (const afterJobs of [false, true]) {
        if (afterJobs) await runAllJobs();
        const { buckets: hours } = await buckets('1h', { fromMs: NOON + 90_500, toMs: NOON + HOUR + 2000 });
        expect(hours.map((bucket) => (bucket as [number, number[]])[1].slice(0, 1))).toEqual([[3509], [2]]);
        const { buckets: days } = await buckets('1d', { fromMs: NOON + 1, toMs: NOON + 2 * HOUR });
        expect(days.map((bucket) => (bucket as [number, number[]])[1][0])).toEqual([7199]);
      }
    });

    it('returns the newest value of each metric of every machine with its own time, also after a restart', async () => {
      await append([A, NOON, 1, 1, 1], [B, NOON + 5, 2, null, 2]);
      await append([A, NOON - 1000, 9, 9, 9], [B, NOON + 6, null, 3, null], [B, NOON - 2 * DAY, 8, 8, 8]);
      const expected = [
        [A, NOON, 1, 1, 1],
        [B, NOON + 5, 2, null, 2],
        [B, NOON + 6, null, 3, null],
      ];
      const latest = async () => rowsOfBatch(await store.latest()).sort((a, b) => a[0].localeCompare(b[0]));
      expect(await latest()).toEqual(expected);
      await restart();
      expect(await latest()).toEqual(expected);
      await runAllJobs();
      await restart();
      expect(await latest()).toEqual(expected);
      await append([A, NOON, null, 8, null]);
      expect((await latest())[0]).toEqual([A, NOON, 1, 8, 1]);
    });

    it('returns the newest value of each metric of a device that sends one value per message, however old it is', async () => {
      await append([A, NOON - 400 * DAY, 96, null, null]);
      await append([A, NOON - 30 * DAY, null, 118, null]);
      await runAllJobs();
      await append([A, NOON, null, null, 1480]);
      const latest = async () => rowsOfBatch(await store.latest());
      const expected = [
        [A, NOON - 400 * DAY, 96, null, null],
        [A, NOON - 30 * DAY, null, 118, null],
        [A, NOON, null, null, 1480],
      ];
      expect(await latest()).toEqual(expected);
      await restart();
      expect(await latest()).toEqual(expected);
      // An older reading replaces nothing; one of the same time does.
      await append([A, NOON - 31 * DAY, 97, 119, 1481], [A, NOON - 30 * DAY, null, 120, null]);
      expect(await latest()).toEqual([
        [A, NOON - 31 * DAY, 97, null, null],
        [A, NOON - 30 * DAY, null, 120, null],
        [A, NOON, null, null, 1480],
      ]);
    });

    it('exports a range in order, as it was when the export began', async () => {
      const rows = Array.from({ length: 3000 }, (_, i): Row => [A, NOON + i * 60_000, i, null, 0 - i]);
      await append(...rows.slice(0, 2000));
      await runAllJobs();
      await append(...rows.slice(2000));
      const exported: Row[] = [];
      let isFirst = true;
      for await (const chunk of store.export({ ...all(A), fromMs: NOON, toMs: NOON + 2999 * 60_000 })) {
        exported.push(...rowsOf(A, chunk));
        if (!isFirst) continue;
        isFirst = false;
        await append([A, NOON + 2500 * 60_000, 77, 77, 77], [A, NOON + 2500 * 60_000 + 1, 77, 77, 77]);
        await runAllJobs();
      }
      expect(exported).toEqual(rows.slice(0, 2999));
    });

    it('allows abandoning an export', async () => {
      await append(...Array.from({ length: 3000 }, (_, i): Row => [A, NOON + i * 60_000, i, i, i]));
      for await (const chunk of store.export(all(A))) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      await runAllJobs();
      expect((await raw()).total).toBe(3000);
    });

    it('deletes a machine for good, wherever its readings are stored', async () => {
      await append([A, NOON, 1, 1, 1], [B, NOON, 2, 2, 2]);
      await runAllJobs();
      await append([A, NOON + 1, 1, 1, 1], [A, NOON + DAY, 1, 1, 1]);
      await store.deleteMachine(A);
      const gone = async () => {
        expect(await raw()).toEqual({ total: 0, rows: [] });
        expect((await buckets('1d')).total).toBe(0);
        expect(rowsOfBatch(await store.latest())).toEqual([[B, NOON, 2, 2, 2]]);
        expect((await raw({ machineId: B })).rows).toEqual([[B, NOON, 2, 2, 2]]);
      };
      await gone();
      await restart();
      await gone();
      await runAllJobs();
      await gone();
      await append([A, NOON, null, 5, null]);
      for (const afterJobs of [false, true]) {
        if (afterJobs) await runAllJobs();
        expect((await raw()).rows).toEqual([[A, NOON, null, 5, null]]);
        expect((await buckets('1h')).total).toBe(1);
      }
      await restart();
      expect((await raw()).rows).toEqual([[A, NOON, null, 5, null]]);
    });

    it.skipIf(differences.cannotExpire)(
      'deletes single readings, minutes, hours and days after their own retention',
      async () => {
        const old = NOON - 40 * DAY;
        await append([A, old, 1, 1, 1], [A, NOON, 2, 2, 2]);
        await store.runDueJobs(NOON + DAY, EVER);
        await store.runDueJobs(NOON + DAY, { raw: 10, '1m': 60, '1h': 60, '1d': 60 });
        expect((await raw()).rows).toEqual([[A, NOON, 2, 2, 2]]);
        for (const interval of ['1m', '5m', '1h', '1d'] as const) expect((await buckets(interval)).total).toBe(2);
        await store.runDueJobs(NOON + DAY, { raw: 10, '1m': 20, '1h': 80, '1d': 80 });
        expect((await buckets('1m')).total).toBe(1);
        expect((await buckets('1h')).total).toBe(2);
        await store.runDueJobs(NOON + DAY, { raw: 10, '1m': 20, '1h': 5, '1d': 400 });
        expect((await buckets('1d')).total).toBe(2);
      },
    );

    it('deletes nothing while the clock may be wrong, and answers as before, whatever arrives meanwhile', async () => {
      const old = NOON - 40 * DAY;
      await append([A, old, 1, 1, 1], [A, NOON, 2, 2, 2]);
      await store.runDueJobs(NOON + DAY, EVER);
      // The clock is a year ahead, then days behind.
      for (const [i, atMs] of [NOON + 400 * DAY, NOON + 401 * DAY, NOON - 9 * DAY].entries()) {
        await append([A, NOON + i + 1, 3, null, null]);
        await store.runDueJobs(atMs, null);
        expect((await raw()).total).toBe(3 + i);
        for (const interval of ['1m', '1h', '1d'] as const) expect((await buckets(interval)).total).toBe(2);
      }
      await store.runDueJobs(NOON + DAY, { ...EVER, raw: 10 });
      expect((await raw()).total).toBe(4);
      expect((await buckets('1h')).total).toBe(2);
    });

    it('answers queries while background jobs run', async () => {
      const rows = Array.from({ length: 20_000 }, (_, i): Row => [A, NOON + i * 1000, i, null, null]);
      await append(...rows);
      let isDone = false;
      const work = runAllJobs().then(() => {
        isDone = true;
      });
      let asked = 0;
      while (!isDone) {
        const [page, hours] = await Promise.all([raw({ limit: 1 }), buckets('1h')]);
        expect(page.total).toBe(20_000);
        const total = hours.buckets.reduce<number>(
          (sum, bucket) => sum + ((bucket as [number, number[]])[1][0] as number),
          0,
        );
        expect(total).toBe(20_000);
        asked++;
        // An answer from memory takes no turn of the event loop, but background jobs need some.
        await nextTurn();
      }
      await work;
      expect(asked).toBeGreaterThan(0);
    });

    it('answers correctly over hours of small appends, repeats, late readings, background jobs and restarts', async () => {
      const oracle = new ReadingOracle();
      const check = async () => {
        for (const interval of ['1m', '1h', '1d'] as const) {
          const range = { fromMs: NOON + 90_500, toMs: nowMs - 45_000 };
          expect(await buckets(interval, range)).toEqual(oracle.buckets({ ...bucketQuery(interval), ...range }));
        }
        const query = { ...all(A), order: 'desc' as const, offset: 3, limit: 40 };
        expect(await raw(query)).toEqual(oracle.raw(query));
        expect(rowsOfBatch(await store.latest()).sort()).toEqual(oracle.latest().sort());
      };
      for (let round = 0; round < 100; round++) {
        nowMs += round < 60 ? MINUTE : 12 * MINUTE;
        const rows: Row[] = [
          [A, nowMs, round, null, 1],
          [B, nowMs, null, -round, 0],
          [A, nowMs - 1000, round, 1, null],
        ];
        if (round % 7 === 0) rows.push([A, NOON + (round / 7) * MINUTE, null, round, null]);
        if (round % 31 === 30) rows.push([B, NOON - 2 * DAY, round, round, round]);
        await append(...rows);
        oracle.append(rows);
        // The readings are old enough to be flushed in every round.
        await store.runDueJobs(nowMs + 16 * MINUTE, EVER);
        if (round === 50) {
          await store.deleteMachine(B);
          oracle.deleteMachine(B);
        }
        if (round % 20 === 10) expect(await restart()).toEqual({ damaged: [] });
        if (round % 10 === 9) await check();
      }
      await check();
    }, 120_000);

    it('refuses every call after close, and can be closed twice', async () => {
      await append([A, NOON, 1, 1, 1]);
      await store.close();
      await store.close();
      const closed = { code: 'closed' };
      await expect(append([A, NOON, 1, 1, 1])).rejects.toMatchObject(closed);
      await expect(raw()).rejects.toMatchObject(closed);
      await expect(buckets('1m')).rejects.toMatchObject(closed);
      await expect(store.latest()).rejects.toMatchObject(closed);
      await expect(runAllJobs()).rejects.toMatchObject(closed);
      await expect(store.deleteMachine(A)).rejects.toMatchObject(closed);
      await expect(store.export(all(A))[Symbol.asyncIterator]().next()).rejects.toMatchObject(closed);
    });

    it.skipIf(differences.cannotFinish)('finishes running calls before it closes', async () => {
      const appended = append([A, NOON, 1, 1, 1]);
      const afterJobs = runAllJobs();
      await store.close();
      await appended;
      await afterJobs;
      await restart();
      expect((await raw()).total).toBe(1);
    });

    const showsToAnother = async () => {
      const second = make(directory, clock);
      await second.open();
      try {
        await append([A, NOON, 1, 1, 1]);
        nowMs += 2 * DAY;
        await store.runDueJobs(nowMs, EVER);
        await second.append(batchOf([[A, NOON + 1, 2, 2, 2]]));
        expect((await raw()).rows).toHaveLength(2);
        expect((await buckets('1h')).buckets).toEqual([[NOON, [2, 3, 1, 2], [2, 3, 1, 2], [2, 3, 1, 2]]]);
        expect((await second.raw(all(A))).total).toBe(2);
      } finally {
        await second.close();
      }
    };
    const keepsAnotherOut = async () => {
      const second = make(directory, clock);
      await expect(second.open()).rejects.toMatchObject({ code: 'data_directory_in_use' });
      await append([A, NOON, 1, 1, 1]);
      await store.close();
      await second.open();
      await second.close();
      await store.close();
    };
    if (differences.isShared) it('shows at once what another process has stored', showsToAnother);
    else it('lets only one hold the directory', keepsAnotherOut);
  });

  anyMetricConformance(name, make);
  readingStoreHistories(name, make);
  readingStoreHolds(name, make);
}
