// Readings are moved from a machine to another one of a real store, also when it is interrupted at any moment.

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { AppError } from '../../errors.ts';
import { silentLogger } from '../../log.ts';
import { ProcessMetrics } from '../../process-metrics.ts';
import { addTable } from '../../readings/copy-readings.ts';
import { DuckdbReadingStore } from '../../readings/engines/duckdb/duckdb-reading-store.ts';
import { GroupCommit } from '../../readings/group-commit.ts';
import { BatchBuilder, GOOD, readingAt } from '../../readings/reading-batch.ts';
import type { HandoverProgress, HandoverRecord } from './handover-repository.ts';
import { countReadings, moveHistory } from './move-history.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const [OLD, NEW] = ['0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01', '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a02'];

async function start() {
  const clock = { nowMs: () => NOW };
  const directory = await temporaryDirectory();
  const store = new DuckdbReadingStore({ directory, clock, log: silentLogger });
  await store.open();
  const commit = new GroupCommit(store, new ProcessMetrics());
  onTestFinished(() => store.close());
  const told: number[] = [];
  commit.onCommitted((stored) => void told.push(stored.length));
  return {
    ...{ store, commit, told },
    add: async (machineId: string, rows: readonly (readonly [timeMs: number, ...values: number[]])[]) => {
      const builder = new BatchBuilder();
      for (const [timeMs, ...values] of rows) {
        for (const [metric, value] of values.entries()) if (!Number.isNaN(value)) builder.addValue(metric, value, GOOD);
        builder.endReading(machineId, timeMs);
      }
      await commit.append(builder.finish());
    },
    stored: async (machineId: string) => {
      const builder = new BatchBuilder();
      const range = { machineId, fromMs: 0, toMs: NOW * 2, metrics: null };
      for await (const table of store.export(range)) addTable(builder, machineId, table);
      const batch = builder.finish();
      return Array.from(
        { length: batch.length },
        (_, row): Record<string, unknown> => ({
          ...{ temperature: null, pressure: null, speed: null },
          ...readingAt(batch, row),
        }),
      );
    },
  };
}
const FRESH: HandoverRecord = {
  ...{ machineId: OLD, successorId: NEW, state: 'running', kept: null, fault: null, finishedAtMs: null },
  ...{
    totalReadings: 0,
    copiedReadings: 0,
    copiedUntilMs: 0,
    overlappingValues: 0,
    startedAtMs: NOW,
    updatedAtMs: NOW,
  },
};

test('moves readings of memory and files, leaves none behind, and tells nobody of them', async () => {
  const { store, commit, told, add, stored } = await start();
  await add(
    OLD,
    Array.from({ length: 12_000 }, (_, i) => [NOW - 48 * HOUR + i * 1000, i]),
  );
  await store.runDueJobs(NOW, { raw: 365, '1m': 730, '1h': 1825, '1d': 36_500 });
  await add(OLD, [[NOW - 1000, 7, 8, 9]]);
  await add(NEW, [[NOW, 1]]);
  const before = await stored(OLD);
  told.length = 0;
  const seen: HandoverProgress[] = [];
  const onProgress = async (progress: HandoverProgress) => seen.push(progress) > 0;
  expect(await moveHistory({ readings: store, commit, onProgress }, FRESH)).toBeNull();
  expect(await stored(OLD)).toEqual([]);
  expect((await stored(NEW)).slice(0, -1)).toEqual(before);
  expect(told).toEqual([]);
  const all = { totalReadings: 12_001, copiedReadings: 12_001, copiedUntilMs: NOW - 999, overlappingValues: 0 };
  expect(seen.at(-1)).toMatchObject(all);
  expect(seen.length).toBeGreaterThan(1);
  // Once more, as after a crash before the result was stored.
  expect(await moveHistory({ readings: store, commit, onProgress }, { ...FRESH, ...seen.at(-1) })).toBeNull();
  expect(await countReadings(store, NEW)).toBe(12_002);
});

test('keeps the values of the successor where both have one, and counts those that differ', async () => {
  const { store, commit, add, stored } = await start();
  await add(OLD, [
    [NOW, 1, 2],
    [NOW + 1, 3],
    [NOW + 2, 4],
  ]);
  await add(NEW, [
    [NOW, Number.NaN, 9, 8],
    [NOW + 2, 4],
  ]);
  let last: HandoverProgress | undefined;
  const onProgress = async (progress: HandoverProgress) => {
    last = progress;
    return true;
  };
  expect(await moveHistory({ readings: store, commit, onProgress }, FRESH)).toBeNull();
  expect((await stored(NEW)).map(({ temperature, pressure, speed }) => [temperature, pressure, speed])).toEqual([
    [1, 9, 8],
    [3, null, null],
    [4, null, null],
  ]);
  expect(last).toMatchObject({ copiedReadings: 3, overlappingValues: 1 });
});

test('deletes nothing while there are rollups of readings that have expired', async () => {
  const { store, commit, add } = await start();
  await add(OLD, [
    [NOW - 30 * 24 * HOUR, 1],
    [NOW - HOUR, 2],
  ]);
  const later = NOW + 24 * HOUR;
  await store.runDueJobs(later, { raw: 400, '1m': 400, '1h': 400, '1d': 400 });
  await store.runDueJobs(later, { raw: 10, '1m': 60, '1h': 60, '1d': 60 });
  expect(await countReadings(store, OLD)).toBe(1);
  expect(await moveHistory({ readings: store, commit, onProgress: async () => true }, FRESH)).toBe('older_rollups');
  expect([await countReadings(store, OLD), await countReadings(store, NEW)]).toEqual([1, 1]);
});

test('stops where it is told to, and fails where the store will never accept a reading', async () => {
  const { store, commit, add } = await start();
  await add(OLD, [[NOW, 1]]);
  const refusal = [{ rows: [0], reason: 'store_conflict', message: 'another type' }] as const;
  const refusing = { appendCopy: async () => refusal, room: async () => {} };
  const attempt = moveHistory({ readings: store, commit: refusing, onProgress: async () => true }, FRESH);
  await expect(attempt).rejects.toMatchObject({ code: 'conflict', message: 'another type' });
  expect(await moveHistory({ readings: store, commit, onProgress: async () => false }, FRESH)).toBe('stopped');
  expect(await countReadings(store, OLD)).toBe(1);
});

test('moves every value exactly once, wherever it is interrupted and whatever arrives late', async () => {
  const { store, commit, add, stored } = await start();
  const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 9 }));
  const row = fc
    .tuple(fc.integer({ min: 0, max: 200 }), value, value)
    .map(([at, a, b]) => [NOW + at * HOUR, a, b, 1] as const);
  const rows = fc.array(row, { minLength: 1, maxLength: 30 });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.array(fc.nat(12), { maxLength: 4 }), async (old, late, interruptions) => {
      const [machineId, successorId] = [`${OLD.slice(0, -4)}${1000 + round}`, `${NEW.slice(0, -4)}${5000 + round++}`];
      await add(machineId, old);
      let saved: HandoverRecord = { ...FRESH, machineId, successorId };
      let calls = 0;
      const failAt = [...interruptions];
      const interrupt = () => {
        if (calls++ !== failAt[0]) return;
        failAt.shift();
        calls = 0;
        throw new AppError('store_unavailable');
      };
      const deps = {
        readings: store,
        commit: {
          appendCopy: async (chunk: Parameters<GroupCommit['appendCopy']>[0]) => {
            interrupt();
            const refused = await commit.appendCopy(chunk);
            // Stored, but the node dies before it knows.
            interrupt();
            return refused;
          },
          room: () => commit.room(),
        },
        onProgress: async (progress: HandoverProgress) => {
          interrupt();
          saved = { ...saved, ...progress };
          return true;
        },
      };
      let isLate = true;
      for (;;) {
        try {
          expect(await moveHistory(deps, saved)).toBeNull();
          break;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          // A commit that was on its way at the beginning.
          if (isLate) await add(machineId, late);
          isLate = false;
        }
      }
      const expected = new Map<number, (number | null)[]>();
      for (const [at, ...values] of isLate ? old : [...old, ...late]) {
        const earlier = expected.get(at) ?? values.map(() => null);
        expected.set(
          at,
          values.map((each, m) => (Number.isNaN(each) ? (earlier[m] ?? null) : each)),
        );
      }
      const moved = (await stored(successorId)).map(({ timestamp, temperature, pressure, speed }) => [
        Date.parse(String(timestamp)),
        [temperature ?? null, pressure ?? null, speed ?? null],
      ]);
      // A value that was copied before it was replaced at the machine stays, which only a late correction can show.
      expect(moved.map(([at]) => at)).toEqual([...expected.keys()].sort((a, b) => a - b));
      if (isLate) expect(new Map(moved as never)).toEqual(expected);
      expect(await stored(machineId)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
