import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';

const NOON_UTC = Date.UTC(2026, 0, 15, 12, 0, 5);

describe('formatting', () => {
  it('shows zero as a value and nothing as a dash', () => {
    const format = createFormat('en');
    expect(format.number(0, 1)).toBe('0.0');
    expect(format.number(-0.04, 1)).not.toContain('-');
    expect(format.number(Number.NaN, 1)).toBe('—');
    expect(format.number(null)).toBe('—');
  });

  it('writes numbers as the language does', () => {
    expect(createFormat('en').number(1842.25, 1)).toBe('1,842.3');
    expect(createFormat('id').number(1842.25, 1)).toBe('1.842,3');
    expect(createFormat('en').number(-273.15, 2)).toBe('−273.15');
  });

  it('counts ages in the largest fitting unit and never below zero', () => {
    const { age } = createFormat('en');
    expect([-50, 200, 9_949, 9_950, 59_999, 60_000, 3_600_000, 4_320_000, 200_000_000].map(age)).toEqual([
      '0.0 s',
      '0.2 s',
      '9.9 s',
      '9 s',
      '59 s',
      '1 min',
      '1 h',
      '1 h 12 min',
      '2 d',
    ]);
  });

  it('names the zone it shows times in', () => {
    const format = createFormat('en');
    const zone = format.zone(NOON_UTC);
    expect(zone).toMatch(/^[A-Z]{2,5}([+-−]\d{1,2}(:\d{2})?)?$/);
    expect(format.moment(NOON_UTC)).toBe(`${format.moment(NOON_UTC).split(',')[0]}, ${format.clock(NOON_UTC)} ${zone}`);
  });

  it('names the same zone for a moment, whatever it was asked before', () => {
    const asked = createFormat('en');
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000), max: Date.UTC(2030) }), (timeMs) => {
        expect(asked.zone(timeMs)).toBe(createFormat('en').zone(timeMs));
      }),
      { numRuns: 30 },
    );
  });

  it('writes the time of day with colons in both languages', () => {
    expect(createFormat('id').clock(NOON_UTC)).toMatch(/^\d{2}:\d{2}:05$/);
    expect(createFormat('en').clock(NOON_UTC)).toMatch(/^\d{2}:\d{2}:05$/);
  });
});
