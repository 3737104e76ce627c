import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocalText, offsetText, toLocalText } from './zone.ts';

const ZONES = [
  'Asia/Jakarta',
  'America/New_York',
  'UTC',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
];
const times = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2050, 0, 1) });
const zones = fc.constantFrom(...ZONES);

describe('time zones', () => {
  it('are written as local time', () => {
    expect(toLocalText('Asia/Jakarta', Date.UTC(2026, 10, 23, 3, 42))).toBe('2026-11-23T10:42');
  });

  it('read a time that comes twice as the earlier one', () => {
    // 1 November 2026, 02:00 summer time becomes 01:00.
    expect(fromLocalText('America/New_York', '2026-11-01T01:30')).toBe(Date.UTC(2026, 10, 1, 5, 30));
    expect(fromLocalText('America/New_York', '2026-11-01T02:00')).toBe(Date.UTC(2026, 10, 1, 7));
    expect(fromLocalText('America/New_York', '2026-11-01T00:59')).toBe(Date.UTC(2026, 10, 1, 4, 59));
  });

  it('read a time that never comes as one past the jump', () => {
    // 8 March 2026, 02:00 becomes 03:00.
    const read = fromLocalText('America/New_York', '2026-03-08T02:30');
    expect(toLocalText('America/New_York', read)).toBe('2026-03-08T03:30');
    expect(fromLocalText('America/New_York', '2026-03-08T03:00')).toBe(Date.UTC(2026, 2, 8, 7));
    expect(fromLocalText('America/New_York', '2026-03-08T01:59')).toBe(Date.UTC(2026, 2, 8, 6, 59));
  });

  it('turn text into a moment and back', () => {
    fc.assert(
      fc.property(zones, times, (zone, time) => {
        const whole = Math.floor(time / 1000) * 1000;
        const text = toLocalText(zone, whole);
        expect(toLocalText(zone, fromLocalText(zone, text))).toBe(text);
      }),
      { numRuns: 300 },
    );
    for (const text of ['', '2026-11-23', '2026-02-31T00:00x', 'soon']) {
      expect(fromLocalText('UTC', text)).toBeNaN();
    }
  });

  it('are named with their distance from UTC', () => {
    const winter = Date.UTC(2026, 0, 15);
    expect(
      ['Asia/Jakarta', 'UTC', 'America/St_Johns', 'Asia/Kathmandu'].map((zone) => offsetText(zone, winter)),
    ).toEqual(['UTC+7', 'UTC', 'UTC−3:30', 'UTC+5:45']);
  });
});
