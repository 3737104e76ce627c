import { toLocalMs } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketInterval, bucketGrid } from './bucket-grid.ts';
import { DAY_MS, HOUR_MS, INTERVALS_MS } from './time-buckets.ts';

const ZONES = ['UTC', 'Asia/Jakarta', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const INTERVALS: BucketInterval[] = ['1m', '5m', '15m', '1h', '1d', '1w', '1mo'];
const time = fc.integer({ min: Date.UTC(1991, 0), max: Date.UTC(2049, 0) });

describe('the grid of buckets', () => {
  it('divides time without gaps, on boundaries of its rollup', () => {
    fc.assert(
      fc.property(time, fc.constantFrom(...ZONES), fc.constantFrom(...INTERVALS), (timestampMs, zone, interval) => {
        const grid = bucketGrid(interval, zone);
        const start = grid.startOf(timestampMs);
        const end = grid.endOf(start);
        expect(start).toBeLessThanOrEqual(timestampMs);
        expect(end).toBeGreaterThan(timestampMs);
        expect(grid.startOf(start)).toBe(start);
        expect(grid.startOf(end - 1)).toBe(start);
        expect(grid.startOf(end)).toBe(end);
        for (const boundary of [start, end]) expect(Math.abs(boundary % INTERVALS_MS[grid.rollup])).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('begins days, weeks and months at local midnight', () => {
    fc.assert(
      fc.property(time, fc.constantFrom(...ZONES), (timestampMs, zone) => {
        const local = (interval: BucketInterval) =>
          new Date(toLocalMs(zone, bucketGrid(interval, zone).startOf(timestampMs)));
        expect(local('1d').getTime() % DAY_MS).toBe(0);
        expect(local('1w').getUTCDay()).toBe(1);
        expect(local('1mo').getUTCDate()).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it('has days of 23 and 25 hours where clocks change', () => {
    const grid = bucketGrid('1d', 'Europe/Berlin');
    const hoursOf = (day: string) => {
      const start = grid.startOf(Date.parse(day));
      return (grid.endOf(start) - start) / HOUR_MS;
    };
    expect(hoursOf('2026-03-29T12:00:00Z')).toBe(23);
    expect(hoursOf('2026-10-25T12:00:00Z')).toBe(25);
    expect(hoursOf('2026-10-26T12:00:00Z')).toBe(24);
  });

  it('uses the coarsest rollup that fits', () => {
    expect(bucketGrid('1mo').rollup).toBe('1d');
    expect(bucketGrid('1d', 'Asia/Jakarta').rollup).toBe('1h');
    expect(bucketGrid('1d', 'Asia/Kolkata').rollup).toBe('1m');
    expect(bucketGrid('1h', 'Asia/Kolkata').rollup).toBe('1h');
  });
});
