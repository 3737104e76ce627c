import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangesOf } from './stored-marks.ts';

const MINUTE_MS = 60_000;

describe('the ranges in which marks are searched', () => {
  it('contain every time of the batch, are few, and leave out the longest pauses', () => {
    const times = fc.array(
      fc.integer({ min: -5, max: 2000 }).map((n) => n * 20_000),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(times, (taken) => {
        const ranges = rangesOf(Float64Array.from(taken));
        expect(ranges.length).toBeLessThanOrEqual(16);
        for (const ms of taken) expect(ranges.filter(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)).toHaveLength(1);
        for (const { fromMs, toMs } of ranges)
          expect([taken.includes(fromMs), taken.includes(toMs - 1)]).toEqual([true, true]);
        const pauses = ranges.slice(1).map(({ fromMs }, i) => fromMs - (ranges[i]?.toMs as number) + 1);
        for (const pauseMs of pauses) expect(pauseMs).toBeGreaterThan(MINUTE_MS);
      }),
    );
  });

  it('are one for readings of the present, and one for each of a few distant times', () => {
    expect(rangesOf(Float64Array.of(1000, 30_000, 2000))).toEqual([{ fromMs: 1000, toMs: 30_001 }]);
    expect(rangesOf(Float64Array.of(9_000_000, 0, 9_000_500))).toEqual([
      { fromMs: 0, toMs: 1 },
      { fromMs: 9_000_000, toMs: 9_000_501 },
    ]);
  });
});
