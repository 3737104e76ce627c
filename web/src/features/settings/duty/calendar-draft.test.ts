import { type ShiftCalendar, shiftCalendarSchema } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { crewsOf, cycleFitted, isCompleteCalendar, PATTERNS, withPattern } from './calendar-draft.ts';

const NAMES = { day: 'Day', morning: 'Morning', afternoon: 'Afternoon', night: 'Night' };
const EMPTY: ShiftCalendar = {
  zone: 'Asia/Jakarta',
  pattern: 'none',
  starts_on: '2026-01-01',
  shifts: [],
  crews: [],
  cycle: [],
  holidays: [],
};

describe('the shift calendar while it is edited', () => {
  it.each(PATTERNS)('begins with what the server takes, with the pattern %s', (pattern) => {
    const calendar = withPattern(EMPTY, pattern, NAMES);
    expect(shiftCalendarSchema.safeParse(calendar).error).toBeUndefined();
    expect(isCompleteCalendar(calendar)).toBe(true);
  });

  it('keeps shifts that fit, and takes others where they do not', () => {
    const own = { ...EMPTY, pattern: '2x12' as const, shifts: [...withPattern(EMPTY, '2x12', NAMES).shifts] };
    own.shifts[0] = { name: 'Early', from: '07:00', to: '18:00' };
    expect(withPattern(own, '4on2off', NAMES).shifts[0]?.name).toBe('Early');
    expect(withPattern(own, '3x8', NAMES).shifts).toHaveLength(3);
    expect(withPattern(own, 'none', NAMES).shifts).toEqual([]);
  });

  it('has in its rotation a place for each shift, and only crews that exist', () => {
    const custom = { ...withPattern(EMPTY, 'custom', NAMES), crews: ['A'], cycle: [['A'], ['B', 'A', 'A']] };
    expect(cycleFitted(custom).cycle).toEqual([
      ['A', null],
      [null, 'A'],
    ]);
    expect(cycleFitted({ ...custom, pattern: '2x12' }).cycle).toEqual([]);
  });

  it('reads crews between commas, each once', () => {
    expect(crewsOf(' A, B,,A ')).toEqual(['A', 'B']);
    expect(crewsOf('')).toEqual([]);
  });
});
