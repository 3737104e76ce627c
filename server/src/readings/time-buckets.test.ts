import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketStart, dayOf, HOUR_MS, hourOf, INTERVALS_MS, ROLLUP_OF, runsOf } from './time-buckets.ts';

describe('bucket arithmetic', () => {
  it('finds the one bucket that contains a time, also before 1970', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e14 }),
        fc.constantFrom(...Object.values(INTERVALS_MS)),
        (timestampMs, widthMs) => {
          const start = bucketStart(timestampMs, widthMs);
          expect(start % widthMs === 0).toBe(true);
          expect(start <= timestampMs && timestampMs < start + widthMs).toBe(true);
        },
      ),
    );
  });

  it('aligns to UTC, whatever the zone of the server', () => {
    const time = Date.UTC(2026, 2, 29, 1, 59, 59, 999);
    expect(bucketStart(time, INTERVALS_MS['1d'])).toBe(Date.UTC(2026, 2, 29));
    expect(hourOf(time) * HOUR_MS).toBe(Date.UTC(2026, 2, 29, 1));
    expect(dayOf(hourOf(time))).toBe(Date.UTC(2026, 2, 29) / INTERVALS_MS['1d']);
  });

  it('makes every interval from a rollup that divides it', () => {
    for (const [interval, widthMs] of Object.entries(INTERVALS_MS)) {
      expect(widthMs % INTERVALS_MS[ROLLUP_OF[interval as keyof typeof ROLLUP_OF]]).toBe(0);
    }
  });
});

describe('runs of numbers', () => {
  it('joins neighbours', () => {
    expect(runsOf([5, 1, 2, 3, 7, 6])).toEqual([
      { first: 1, last: 3 },
      { first: 5, last: 7 },
    ]);
    expect(runsOf([])).toEqual([]);
  });
});
