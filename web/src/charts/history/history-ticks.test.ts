import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLocalText } from '../../i18n/zone.ts';
import { timeTicks } from './history-ticks.ts';

const HOUR = 3_600_000;
const local = (zone: string, times: readonly number[]) => times.map((time) => toLocalText(zone, time).slice(5));

describe('the ticks of a time axis', () => {
  it('stand at round local times, not at round UTC times', () => {
    // 22 November 00:00 to 23 November 10:42 in Jakarta.
    const from = Date.UTC(2026, 10, 21, 17);
    const { unit, timesMs } = timeTicks(from, from + 34.7 * HOUR, 8, 'Asia/Jakarta');
    expect(unit).toBe('minute');
    expect(local('Asia/Jakarta', timesMs)).toEqual([
      '11-22T00:00',
      '11-22T06:00',
      '11-22T12:00',
      '11-22T18:00',
      '11-23T00:00',
      '11-23T06:00',
    ]);
    expect(timeTicks(from + 60_000, from + HOUR, 6, 'Asia/Kathmandu').timesMs.every((t) => t % 300_000 === 0)).toBe(
      true,
    );
  });

  it('stay round when clocks go back, and show the hour that comes twice twice', () => {
    const from = Date.UTC(2026, 10, 1, 4);
    const hourly = timeTicks(from, from + 4 * HOUR, 5, 'America/New_York').timesMs;
    expect(local('America/New_York', hourly)).toEqual([
      '11-01T00:00',
      '11-01T01:00',
      '11-01T01:00',
      '11-01T02:00',
      '11-01T03:00',
    ]);
    const sixHourly = timeTicks(from, from + 24 * HOUR, 5, 'America/New_York').timesMs;
    expect(local('America/New_York', sixHourly)).toEqual(['11-01T00:00', '11-01T06:00', '11-01T12:00', '11-01T18:00']);
  });

  it('leave the hour out that is missing when clocks go forward', () => {
    const from = Date.UTC(2026, 2, 8, 5);
    const hourly = timeTicks(from, from + 4 * HOUR, 5, 'America/New_York').timesMs;
    expect(local('America/New_York', hourly)).toEqual([
      '03-08T00:00',
      '03-08T01:00',
      '03-08T03:00',
      '03-08T04:00',
      '03-08T05:00',
    ]);
  });

  it('stand at local midnights over days and at firsts over months', () => {
    const from = Date.UTC(2026, 2, 1);
    const week = timeTicks(from, from + 14 * 24 * HOUR, 15, 'America/New_York');
    expect(week.unit).toBe('day');
    expect(local('America/New_York', week.timesMs).every((text) => text.endsWith('T00:00'))).toBe(true);
    expect(week.timesMs).toHaveLength(14);
    const year = timeTicks(from, from + 365 * 24 * HOUR, 13, 'Asia/Jakarta');
    expect(year.unit).toBe('month');
    expect(local('Asia/Jakarta', year.timesMs).every((text) => text.endsWith('-01T00:00'))).toBe(true);
    expect(year.timesMs.length).toBeGreaterThan(10);
  });

  it('ascend, lie inside, and are few, whatever the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
        fc.integer({ min: 0, max: 36 }).map((power) => 10_000 * 1.5 ** power),
        fc.constantFrom('Asia/Jakarta', 'America/New_York', 'UTC', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
        (from, span, zone) => {
          const { timesMs } = timeTicks(from, from + span, 8, zone);
          expect(timesMs.every((time) => time >= from && time <= from + span)).toBe(true);
          expect(timesMs.every((time, i) => i === 0 || time > (timesMs[i - 1] as number))).toBe(true);
          // One more at either end, and where an hour comes twice.
          expect(timesMs.length).toBeLessThanOrEqual(11);
          expect(timesMs.length).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 200 },
    );
  });
});
