import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocalMs, isTimeZone, toLocalMs, zonedTimeFormatter, zoneOffsetMs } from './time-zone.ts';

describe('zonedTimeFormatter', () => {
  it.each([
    ['UTC', '2026-01-15T10:30:00.000Z', '2026-01-15T10:30:00.000Z'],
    ['Asia/Jakarta', '2026-01-15T20:30:00.123Z', '2026-01-16T03:30:00.123+07:00'],
    ['Asia/Kathmandu', '2026-01-15T10:30:00.000Z', '2026-01-15T16:15:00.000+05:45'],
    ['America/New_York', '2026-03-08T06:59:59.999Z', '2026-03-08T01:59:59.999-05:00'],
    ['America/New_York', '2026-03-08T07:00:00.000Z', '2026-03-08T03:00:00.000-04:00'],
    ['America/St_Johns', '2026-01-15T10:30:00.000Z', '2026-01-15T07:00:00.000-03:30'],
  ])('in %s writes %s as %s', (zone, utc, local) => {
    expect(zonedTimeFormatter(zone)(Date.parse(utc))).toBe(local);
  });

  it('writes the same moment, across every change of the clocks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Jakarta', 'Pacific/Chatham'),
        fc.array(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2099, 0) }), { minLength: 1 }),
        (zone, times) => {
          const format = zonedTimeFormatter(zone);
          for (const timestampMs of times) expect(Date.parse(format(timestampMs))).toBe(timestampMs);
        },
      ),
    );
  });
});

const zones = fc.constantFrom(
  'Asia/Jakarta',
  'America/New_York',
  'UTC',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
);

describe('local time', () => {
  it('has the offset that is in force at each moment', () => {
    expect(zoneOffsetMs('Asia/Jakarta', Date.UTC(2026, 10, 23))).toBe(7 * 3_600_000);
    expect(zoneOffsetMs('America/New_York', Date.UTC(2026, 0, 15))).toBe(-5 * 3_600_000);
    expect(zoneOffsetMs('America/New_York', Date.UTC(2026, 6, 15))).toBe(-4 * 3_600_000);
  });

  it('converts to UTC and back, except in the hour that occurs twice', () => {
    const times = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2050, 0, 1) });
    fc.assert(
      fc.property(zones, times, (zone, time) => {
        const local = toLocalMs(zone, time);
        const back = fromLocalMs(zone, local);
        expect(toLocalMs(zone, back)).toBe(local);
        expect(back).toBeLessThanOrEqual(time);
        expect(time - back).toBeLessThanOrEqual(3_600_000);
      }),
      { numRuns: 300 },
    );
  });

  it('exists for IANA names only', () => {
    expect(isTimeZone('Asia/Jakarta')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});

describe('zoneOffsetMs', () => {
  it('remembers offsets, and is what the formatter asks for each quarter of an hour', () => {
    const zone = fc.constantFrom('Africa/Casablanca', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe');
    const time = fc.integer({ min: Date.UTC(1972, 0), max: Date.UTC(2060, 0) });
    fc.assert(
      fc.property(zone, fc.array(time, { minLength: 50, maxLength: 100 }), (name, times) => {
        const format = zonedTimeFormatter(name);
        const localOf = (timestampMs: number) => Date.parse(`${format(timestampMs).slice(0, -6)}Z`);
        for (const timestampMs of times)
          expect(zoneOffsetMs(name, timestampMs)).toBe(localOf(timestampMs) - timestampMs);
      }),
    );
  });

  it('is exact on both sides of each change of a year', () => {
    for (let ms = Date.UTC(2026, 0); ms < Date.UTC(2027, 0); ms += 900_000) {
      const isSummer = ms >= Date.UTC(2026, 2, 29, 1) && ms < Date.UTC(2026, 9, 25, 1);
      if (zoneOffsetMs('Europe/Berlin', ms) !== (isSummer ? 2 : 1) * 3_600_000) expect.fail(new Date(ms).toISOString());
    }
  });

  it('throws for a time that does not exist', () => {
    expect(() => zoneOffsetMs('Europe/Berlin', Number.NaN)).toThrow(RangeError);
    expect(() => zoneOffsetMs('Europe/Berlin', 9e15)).toThrow(RangeError);
  });
});
