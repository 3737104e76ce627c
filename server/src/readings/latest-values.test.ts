import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatestValues, mergeReadings, newestTimesMs } from './latest-values.ts';
import { BAD, BatchBuilder, GOOD, type ReadingBatch, UNCERTAIN } from './reading-batch.ts';

/** Values by metric. */
type Values = Map<number, { value: number; quality: number }>;
interface Row {
  timestampMs: number;
  values: Values;
}

const value = fc.oneof(
  fc.record({ value: fc.integer({ min: -9, max: 9 }), quality: fc.constantFrom(GOOD, UNCERTAIN, BAD) }),
  fc.constant({ value: Number.NaN, quality: BAD }),
);
const reading = fc.record({
  timestampMs: fc.integer({ min: 0, max: 6 }),
  values: fc
    .uniqueArray(fc.tuple(fc.nat(300), value), { selector: ([metric]) => metric, minLength: 1, maxLength: 20 })
    .map((pairs) => new Map(pairs)),
});
const readings = fc.array(reading, { maxLength: 20 });

function batchOf(rows: readonly Row[], machineId = 'a'): ReadingBatch {
  const builder = new BatchBuilder();
  for (const { timestampMs, values } of rows) {
    for (const [metric, { value, quality }] of values) builder.addValue(metric, value, quality);
    builder.endReading(machineId, timestampMs);
  }
  return builder.finish();
}

function latestOf(batch: ReadingBatch): LatestValues {
  const newest = new Map<string, LatestValues>();
  mergeReadings(newest, batch);
  return newest.get('a') ?? new LatestValues();
}
const entriesOf = (latest: LatestValues) =>
  Array.from({ length: latest.length }, (_, i) => [
    latest.metricAt(i),
    latest.timeAt(i),
    latest.valueAt(i),
    latest.qualityAt(i),
  ]);

describe('the latest values', () => {
  it('are the newest of each metric in any order of times; of equal times the last one wins', () => {
    fc.assert(
      fc.property(readings, (rows) => {
        const latest = latestOf(batchOf(rows));
        const metrics = [...new Set(rows.flatMap((row) => [...row.values.keys()]))].sort((a, b) => a - b);
        const expected = metrics.map((metric) => {
          const [best] = rows
            .filter((row) => row.values.has(metric))
            .map((row, at) => ({ row, at }))
            .sort((a, b) => b.row.timestampMs - a.row.timestampMs || b.at - a.at);
          const { value, quality } = best?.row.values.get(metric) ?? { value: 0, quality: 0 };
          return [metric, best?.row.timestampMs, value, quality];
        });
        expect(entriesOf(latest)).toEqual(expected);
        for (const [metric, timeMs, value, quality] of expected as [number, number, number, number][]) {
          expect([latest.timeMs(metric), latest.value(metric), latest.quality(metric)]).toEqual([
            timeMs,
            value,
            quality,
          ]);
        }
        expect(latest.newestMs).toBe(Math.max(Number.NEGATIVE_INFINITY, ...rows.map((row) => row.timestampMs)));
      }),
    );
  });

  it('of a metric without a value are absent', () => {
    const latest = new LatestValues();
    latest.set(7, 1000, 5, UNCERTAIN);
    expect([latest.positionOf(6), latest.timeMs(6), latest.value(6), latest.quality(6)]).toEqual([
      -1,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      GOOD,
    ]);
    expect([latest.positionOf(8), new LatestValues().newestMs]).toEqual([-1, Number.NEGATIVE_INFINITY]);
  });

  it('can be rebuilt from the readings that they belong to, which are oldest first and one for each time', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 7 }), (rows, sinceMs) => {
        const latest = latestOf(batchOf(rows));
        const builder = new BatchBuilder();
        latest.addReadings(builder, 'a');
        const batch = builder.finish();
        expect(entriesOf(latestOf(batch))).toEqual(entriesOf(latest));
        const times = [...batch.timestampsMs];
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const later = new BatchBuilder();
        latest.addReadings(later, 'a', sinceMs);
        expect([...later.finish().timestampsMs]).toEqual(times.filter((timeMs) => timeMs >= sinceMs));
      }),
    );
  });

  it('can be dropped if they are newer than a time', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: -1, max: 7 }), (rows, untilMs) => {
        const latest = latestOf(batchOf(rows));
        const before = entriesOf(latest);
        latest.dropNewerThan(untilMs);
        expect(entriesOf(latest)).toEqual(before.filter(([, timeMs]) => (timeMs as number) <= untilMs));
      }),
    );
  });

  it('hold 250 metrics, whether a device sends them together or one by one', () => {
    const together = batchOf([
      { timestampMs: 1, values: new Map(Array.from({ length: 250 }, (_, m) => [m, { value: m, quality: GOOD }])) },
    ]);
    const apart = batchOf(
      Array.from({ length: 250 }, (_, m) => ({
        timestampMs: 1,
        values: new Map([[249 - m, { value: 249 - m, quality: GOOD }]]),
      })),
    );
    expect(entriesOf(latestOf(apart))).toEqual(entriesOf(latestOf(together)));
    expect(latestOf(apart).length).toBe(250);
  });

  it('give the time of the newest reading of each machine', () => {
    const builder = new BatchBuilder();
    for (const [machineId, timestampMs] of [
      ['a', 3],
      ['b', 9],
      ['a', 1],
      ['a', 4],
    ] as const) {
      builder.addValue(0, 1, GOOD);
      builder.endReading(machineId, timestampMs);
    }
    expect([...newestTimesMs(builder.finish())]).toEqual([
      ['a', 4],
      ['b', 9],
    ]);
  });
});
