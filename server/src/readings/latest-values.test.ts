import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addReadings, dropNewerThan, eachReading, mergeReading, newestTimesMs, noValues } from './latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from './reading-columns.ts';

const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -9, max: 9 }));
const reading = fc.record({
  timestampMs: fc.integer({ min: 0, max: 6 }),
  values: fc.array(value, { minLength: METRICS.length, maxLength: METRICS.length }),
});
const readings = fc.array(reading, { maxLength: 20 });

function columnsOf(rows: readonly { timestampMs: number; values: number[] }[], machineId = 'a'): ReadingColumns {
  const builder = new ColumnsBuilder();
  for (const { timestampMs, values } of rows) builder.add(machineId, timestampMs, values);
  return builder.finish();
}

function latestOf(columns: ReadingColumns) {
  const latest = noValues();
  for (let row = 0; row < columns.length; row++) mergeReading(latest, columns, row);
  return latest;
}

describe('the latest values', () => {
  it('are the newest of each metric in any order of times; of equal times the last one wins', () => {
    fc.assert(
      fc.property(readings, (rows) => {
        const latest = latestOf(columnsOf(rows));
        METRICS.forEach((_, m) => {
          let best: { timestampMs: number; values: number[] } | null = null;
          for (const row of rows) {
            if (!Number.isNaN(row.values[m]) && row.timestampMs >= (best?.timestampMs ?? 0)) best = row;
          }
          expect(latest.latestTimesMs[m]).toBe(best?.timestampMs ?? Number.NEGATIVE_INFINITY);
          expect(latest.latestValues[m]).toBe(best?.values[m] ?? Number.NaN);
        });
      }),
    );
  });

  it('can be rebuilt from the readings that they belong to, which are visited oldest first and once each', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 7 }), (rows, sinceMs) => {
        const latest = latestOf(columnsOf(rows));
        const builder = new ColumnsBuilder();
        addReadings(builder, 'a', latest);
        const columns = builder.finish();
        expect(latestOf(columns)).toEqual(latest);
        const times = [...columns.timestampsMs];
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const later: number[] = [];
        eachReading(latest, sinceMs, (timestampMs) => later.push(timestampMs));
        expect(later).toEqual(times.filter((timeMs) => timeMs >= sinceMs));
      }),
    );
  });

  it('can be dropped if they are newer than a time', () => {
    const latest = latestOf(
      columnsOf([
        { timestampMs: 5, values: [1, 2, Number.NaN] },
        { timestampMs: 9, values: [Number.NaN, 3, 4] },
      ]),
    );
    dropNewerThan(latest, 8);
    expect([...latest.latestTimesMs]).toEqual([5, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect([...latest.latestValues]).toEqual([1, Number.NaN, Number.NaN]);
  });

  it('give the time of the newest reading of each machine', () => {
    const builder = new ColumnsBuilder();
    for (const [machineId, timestampMs] of [
      ['a', 3],
      ['b', 9],
      ['a', 1],
      ['a', 4],
    ] as const) {
      builder.add(
        machineId,
        timestampMs,
        METRICS.map(() => 1),
      );
    }
    expect([...newestTimesMs(builder.finish())]).toEqual([
      ['a', 4],
      ['b', 9],
    ]);
  });
});
