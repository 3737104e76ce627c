import { isoTime } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utcText } from './utc-text.ts';

const MAX_TIME_MS = 8.64e15;

describe('the text of a time', () => {
  it('is that of toISOString, for every time and in any order', () => {
    const anyTime = fc.oneof(
      fc.integer({ min: -1e12, max: 4e12 }),
      fc.integer({ min: 0, max: 172_800_000 }),
      fc.double({ min: -MAX_TIME_MS, max: MAX_TIME_MS, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(anyTime, { minLength: 1, maxLength: 20 }), (times) => {
        expect(times.map(utcText)).toEqual(times.map(isoTime));
      }),
    );
  });

  it('is the first and the last of a day, of a leap day and of the range', () => {
    for (const text of ['2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '1969-12-31T23:59:59.999Z']) {
      expect(utcText(Date.parse(text))).toBe(text);
    }
    for (const time of [-MAX_TIME_MS, MAX_TIME_MS]) expect(utcText(time)).toBe(isoTime(time));
  });

  it('does not exist of what is no time, and the next time is right again', () => {
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, MAX_TIME_MS + 86_400_000]) {
      expect(() => utcText(none)).toThrow(RangeError);
    }
    expect(utcText(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
