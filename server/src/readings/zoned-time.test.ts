import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeFormatter } from './zoned-time.ts';

describe('timeFormatter', () => {
  it.each([
    ['UTC', '2026-01-15T10:30:00.000Z', '2026-01-15T10:30:00.000Z'],
    ['Asia/Jakarta', '2026-01-15T20:30:00.123Z', '2026-01-16T03:30:00.123+07:00'],
    ['Asia/Kathmandu', '2026-01-15T10:30:00.000Z', '2026-01-15T16:15:00.000+05:45'],
    ['America/New_York', '2026-03-08T06:59:59.999Z', '2026-03-08T01:59:59.999-05:00'],
    ['America/New_York', '2026-03-08T07:00:00.000Z', '2026-03-08T03:00:00.000-04:00'],
    ['America/St_Johns', '2026-01-15T10:30:00.000Z', '2026-01-15T07:00:00.000-03:30'],
  ])('in %s writes %s as %s', (zone, utc, local) => {
    expect(timeFormatter(zone)(Date.parse(utc))).toBe(local);
  });

  it('denotes the same moment across every daylight saving change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Jakarta', 'Pacific/Chatham'),
        fc.array(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2099, 0) }), { minLength: 1 }),
        (zone, times) => {
          const format = timeFormatter(zone);
          for (const timestampMs of times) expect(Date.parse(format(timestampMs))).toBe(timestampMs);
        },
      ),
    );
  });
});
