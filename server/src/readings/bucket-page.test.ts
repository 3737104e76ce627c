import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOfBuckets } from './bucket-page.ts';
import { type BucketPartial, emptyPartial } from './bucket-partials.ts';

const bucket = (startMs: number): BucketPartial => Object.assign(emptyPartial(startMs), { count: 1, sum: startMs });
const starts = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });

describe('a page of buckets', () => {
  it('has each bucket of any metric once, in its row, whatever the order of the partials', () => {
    const parts = fc.record({
      readings: starts,
      series: fc.tuple(starts, starts),
      sorted: fc.boolean(),
      everyReading: fc.boolean(),
      order: fc.constantFrom('asc' as const, 'desc' as const),
      offset: fc.nat(5),
      limit: fc.nat(25),
    });
    fc.assert(
      fc.property(parts, ({ readings, series, sorted, everyReading, order, offset, limit }) => {
        const given = sorted ? series.map((list) => list.toSorted((a, b) => a - b)) : series;
        const page = pageOfBuckets(
          {
            metrics: [
              { metric: 0, kind: 'gauge' },
              { metric: 1, kind: 'gauge' },
            ],
            everyReading,
            order,
            offset,
            limit,
          },
          new Map(readings.map((startMs) => [startMs, 7])),
          given.map((list) => list.map(bucket)),
        );
        const all = [...new Set([...(everyReading ? readings : []), ...series.flat()])].sort((a, b) =>
          order === 'asc' ? a - b : b - a,
        );
        const shown = all.slice(offset, offset + limit);
        expect(page.total).toBe(all.length);
        expect([...page.timestampsMs]).toEqual(shown);
        expect([...page.readings]).toEqual(shown.map((startMs) => (readings.includes(startMs) ? 7 : 0)));
        for (const [m, list] of series.entries()) {
          expect([...(page.columns[m]?.count ?? [])]).toEqual(shown.map((startMs) => Number(list.includes(startMs))));
          expect([...(page.columns[m]?.sum ?? [])]).toEqual(
            shown.map((startMs) => (list.includes(startMs) ? startMs : Number.NaN)),
          );
        }
      }),
    );
  });
});
