import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime, parseIsoMs, timeInputSchema } from './time.ts';

describe('parseIsoMs', () => {
  it('reads back every time that isoTime writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseIsoMs(isoTime(date.getTime()))).toBe(date.getTime());
        },
      ),
    );
  });

  it.each([
    ['2026-01-15T10:30:00', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15 10:30', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15', '2026-01-15T00:00:00.000Z'],
    ['2026-01-15T10:30:00.123456789Z', '2026-01-15T10:30:00.123Z'],
    ['2026-01-15T10:30:00,5Z', '2026-01-15T10:30:00.500Z'],
    ['2026-01-15T17:30:00+07:00', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15T17:30:00+0700', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15T03:30:00-07', '2026-01-15T10:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s as %s, whatever the zone of the machine', (text, utc) => {
    expect(isoTime(parseIsoMs(text))).toBe(utc);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2025-02-29',
    '2026-13-01',
    '2026-01-15T25:00:00Z',
    '1768473000',
    '2026-1-5',
  ])('refuses %j', (text) => {
    expect(parseIsoMs(text)).toBeNaN();
    expect(timeInputSchema.safeParse(text).success).toBe(false);
  });
});
