import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSeries, type Series, seriesWithin } from './series.ts';

const part = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer(), fc.constantFrom(0, 1, 2)), { maxLength: 20 })
  .map(
    (rows): Series => ({
      length: rows.length,
      timestampsMs: Float64Array.from(rows, ([time]) => time),
      values: Float64Array.from(rows, ([, value]) => value),
      qualities: Uint8Array.from(rows, ([, , quality]) => quality),
    }),
  );
const rowsOf = ({ length, timestampsMs, values, qualities }: Series) =>
  Array.from({ length }, (_, i) => [timestampsMs[i], values[i], qualities[i]]);

describe('merged series', () => {
  it('are ascending, and the value written last wins with its quality', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const newest = new Map(parts.flatMap(rowsOf).map((row) => [row[0], row]));
        const expected = [...newest.values()].sort((a, b) => (a[0] as number) - (b[0] as number));
        expect(rowsOf(mergeSeries(parts))).toEqual(expected);
      }),
    );
  });

  it('have their values between two times, the first included and the second excluded', () => {
    fc.assert(
      fc.property(part, fc.integer({ min: -1, max: 21 }), fc.integer({ min: -1, max: 21 }), (rows, from, to) => {
        const series = mergeSeries([rows]);
        const expected = rowsOf(series).filter(([time]) => (time as number) >= from && (time as number) < to);
        expect(rowsOf(seriesWithin(series, from, to))).toEqual(expected);
      }),
    );
  });
});
