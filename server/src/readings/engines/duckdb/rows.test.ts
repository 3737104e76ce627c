import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound, mergeRows, type Rows } from './rows.ts';

type Plain = [timestampMs: number, ...values: number[]];
const rowsOf = (plain: readonly Plain[]): Rows => ({
  length: plain.length,
  timestampsMs: Float64Array.from(plain, ([timestampMs]) => timestampMs),
  values: METRICS.map((_, m) => Float64Array.from(plain, (row) => row[m + 1] as number)),
});
const plainOf = (rows: Rows): Plain[] =>
  Array.from({ length: rows.length }, (_, i) => [
    rows.timestampsMs[i] as number,
    ...rows.values.map((column) => column[i] as number),
  ]);
const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 9 }));
const plain = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.array(value, { minLength: METRICS.length, maxLength: METRICS.length }))
  .map(([timestampMs, values]): Plain => [timestampMs, ...values]);

describe('merging rows', () => {
  it('returns one row per timestamp, ascending, with the value of each metric that was written last', () => {
    fc.assert(
      fc.property(fc.array(fc.array(plain)), (parts) => {
        const expected = new Map<number, Plain>();
        for (const row of parts.flat()) {
          const known = expected.get(row[0]) ?? [row[0], ...METRICS.map(() => Number.NaN)];
          expected.set(row[0], row.map((each, i) => (i > 0 && Number.isNaN(each) ? known[i] : each)) as Plain);
        }
        const sorted = [...expected.values()].sort(([a], [b]) => a - b);
        expect(plainOf(mergeRows(parts.map(rowsOf)))).toEqual(sorted);
      }),
    );
  });

  it('finds the first row that is not before a time', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 51 }), (times, at) => {
        const ascending = Float64Array.from(times.sort((a, b) => a - b));
        expect(lowerBound(ascending, ascending.length, at)).toBe(times.filter((time) => time < at).length);
      }),
    );
  });
});
