import { describe, expect, it } from 'vitest';
import { bucketGrid } from '../readings/bucket-grid.ts';
import { checkReach } from './reading-range.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 15);
const retention = { raw: 30, '1m': 100, '1h': 1000, '1d': 36_500 };

/** Whether days of a zone can be asked for from so many days ago. */
function reaches(zone: string, daysAgo: number, localDaysFrom: number | null): boolean {
  const stores = { readings: { localDaysFrom: () => localDaysFrom }, retention };
  try {
    checkReach(bucketGrid('1d', zone), NOW - daysAgo * DAY_MS, NOW, stores);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'validation_failed', faults: [{ parameter: 'start_time' }] });
    return false;
  }
}

describe('how far back days reach', () => {
  it('is as far as those of UTC in the zone of the plant, or as far as they could be made', () => {
    expect(reaches('UTC', 20_000, null)).toBe(true);
    expect(reaches('Asia/Jakarta', 20_000, Number.NEGATIVE_INFINITY)).toBe(true);
    expect(reaches('Asia/Jakarta', 1900, NOW - 2000 * DAY_MS)).toBe(true);
    expect(reaches('Asia/Jakarta', 2001, NOW - 2000 * DAY_MS)).toBe(false);
  });

  it('is as far as hours in other zones, and as minutes where days do not begin at a whole hour', () => {
    expect(reaches('Asia/Jakarta', 1000, null)).toBe(true);
    expect(reaches('Asia/Jakarta', 1001, null)).toBe(false);
    expect(reaches('Asia/Kolkata', 100, null)).toBe(true);
    expect(reaches('Asia/Kolkata', 101, null)).toBe(false);
    // Stored days never reach less far than those that are made.
    expect(reaches('Asia/Kolkata', 100, NOW)).toBe(true);
  });
});
