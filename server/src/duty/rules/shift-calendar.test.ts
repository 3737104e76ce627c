import type { ShiftCalendar } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFaults } from './calendar-faults.ts';
import { dateOfDay, dayOfDate, momentOf } from './local-days.ts';
import { ShiftPlan } from './shift-calendar.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** With changes of one hour and of half an hour, at midnight, in the south, across the date line, and without any. */
const ZONES = [
  'Asia/Jakarta',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Kathmandu',
];
export const EMPTY: ShiftCalendar = {
  zone: 'Asia/Jakarta',
  pattern: 'none',
  starts_on: '2026-01-05',
  shifts: [],
  crews: [],
  cycle: [],
  holidays: [],
};
const time = (minutes: number) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const crewNames = (count: number) => ['A', 'B', 'C', 'D'].slice(0, count);

/** A calendar whose shifts follow one another around the clock, cut anywhere. */
const tiling = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    pattern: fc.constantFrom('2x12', '3x8', '4on2off') as fc.Arbitrary<ShiftCalendar['pattern']>,
    crews: fc.boolean(),
    cuts: fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 3, maxLength: 3 }),
    turn: fc.nat(2),
  })
  .map(({ zone, pattern, crews, cuts, turn }): ShiftCalendar => {
    const count = pattern === '3x8' ? 3 : 2;
    const sorted = cuts.slice(0, count).sort((a, b) => a - b);
    const starts = [...sorted.slice(turn % count), ...sorted.slice(0, turn % count)];
    const shifts = starts.map((from, at) => ({
      name: `shift ${at}`,
      from: time(from),
      to: time(starts[(at + 1) % count] as number),
    }));
    const size = pattern === '4on2off' ? 3 : crews ? 4 : 0;
    return { ...EMPTY, zone, pattern, shifts, crews: crewNames(size) };
  });

/** Within days of a change of the clocks as often as not. */
const moment = fc.oneof(
  fc.integer({ min: Date.parse('2011-12-20'), max: Date.parse('2028-01-01') }),
  fc
    .constantFrom(
      '2011-12-30',
      '2026-03-29',
      '2026-10-25',
      '2026-03-08',
      '2026-11-01',
      '2026-04-05',
      '2026-10-04',
      '2026-04-24',
    )
    .chain((date) => fc.integer({ min: Date.parse(date) - 2 * DAY_MS, max: Date.parse(date) + 3 * DAY_MS })),
);

describe('the moment of a local time', () => {
  it('never decreases from one minute to the next', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moment, fc.nat(3000), fc.nat(200), (zone, atMs, minutes, more) => {
        const day = Math.floor(atMs / DAY_MS);
        expect(momentOf(zone, day, minutes + more)).toBeGreaterThanOrEqual(momentOf(zone, day, minutes));
      }),
    );
  });

  it('is the moment of the change where clocks skip it', () => {
    const day = dayOfDate('2026-03-29');
    for (const minutes of [120, 150, 179, 180]) {
      expect(new Date(momentOf('Europe/Berlin', day, minutes)).toISOString()).toBe('2026-03-29T01:00:00.000Z');
    }
  });
});

describe('shifts around the clock', () => {
  it('tile time without holes and overlaps, also where clocks change', () => {
    fc.assert(
      fc.property(tiling, moment, fc.integer({ min: 1, max: 10 * DAY_MS }), (calendar, fromMs, lengthMs) => {
        expect(calendarFaults(calendar)).toEqual([]);
        const plan = new ShiftPlan(calendar);
        const toMs = fromMs + lengthMs;
        const shifts = plan.between(fromMs, toMs);
        expect(shifts[0]?.fromMs).toBeLessThanOrEqual(fromMs);
        expect(shifts.at(-1)?.toMs).toBeGreaterThanOrEqual(toMs);
        for (const [at, shift] of shifts.entries()) {
          expect(shift.fromMs).toBeLessThan(shift.toMs);
          const next = shifts[at + 1];
          if (next !== undefined) expect(next.fromMs).toBe(shift.toMs);
        }
      }),
    );
  });

  it('have one shift at each moment, with its neighbours', () => {
    fc.assert(
      fc.property(tiling, moment, (calendar, atMs) => {
        const plan = new ShiftPlan(calendar);
        const shift = plan.at(atMs);
        if (shift === null) throw new Error('There is no shift');
        expect(shift.fromMs <= atMs && atMs < shift.toMs).toBe(true);
        expect(plan.at(shift.fromMs)).toEqual(shift);
        expect(plan.at(shift.toMs - 1)).toEqual(shift);
        expect(plan.before(shift.fromMs)?.toMs).toBe(shift.fromMs);
        expect(plan.after(shift.toMs)?.fromMs).toBe(shift.toMs);
      }),
    );
  });

  it('give every crew the same number of shifts, never two at a time or in a row', () => {
    for (const [pattern, size] of [
      ['2x12', 2],
      ['2x12', 4],
      ['3x8', 3],
      ['3x8', 4],
      ['4on2off', 3],
    ] as const) {
      const starts = pattern === '3x8' ? [360, 840, 1320] : [360, 1080];
      const shifts = starts.map((from, at) => ({
        name: `shift ${at}`,
        from: time(from),
        to: time(starts[(at + 1) % starts.length] as number),
      }));
      const calendar: ShiftCalendar = { ...EMPTY, pattern, shifts, crews: crewNames(size) };
      expect(calendarFaults(calendar)).toEqual([]);
      // 168 days are a multiple of the length of every rotation.
      const fromMs = Date.parse('2026-01-04T23:00:00Z');
      const worked = new ShiftPlan(calendar).between(fromMs, fromMs + 168 * DAY_MS);
      const counts = new Map<string | null, number>();
      for (const { crew } of worked) counts.set(crew, (counts.get(crew) ?? 0) + 1);
      expect(counts.size, pattern).toBe(size);
      expect(new Set(counts.values()).size, pattern).toBe(1);
      const inARow = worked.filter(({ crew }, at) => crew === worked[at + 1]?.crew);
      // Crews that change places every week work through the change, as they do where there are no more crews.
      expect(inARow.length, `${pattern} with ${size} crews`).toBe(size === starts.length ? inARow.length : 0);
    }
  });

  it('has the shift of 4on2off for each crew on four days of six', () => {
    const shifts = [
      { name: 'Day', from: '06:00', to: '18:00' },
      { name: 'Night', from: '18:00', to: '06:00' },
    ];
    const plan = new ShiftPlan({ ...EMPTY, pattern: '4on2off', shifts, crews: ['A', 'B', 'C'] });
    const fromMs = Date.parse('2026-01-05T00:00:00+07:00');
    const days = (crew: string) =>
      plan
        .between(fromMs, fromMs + 8 * DAY_MS)
        .filter((shift) => shift.crew === crew)
        .map(({ name, day }) => `${dateOfDay(day).slice(-2)} ${name}`);
    expect(days('A')).toEqual(['05 Day', '06 Day', '07 Night', '08 Night', '11 Day', '12 Day']);
  });
});

describe('a calendar of one’s own', () => {
  const shifts = [
    { name: 'Early', from: '08:00', to: '16:00' },
    { name: 'Late', from: '16:00', to: '00:00' },
    { name: 'Night', from: '00:00', to: '08:00' },
  ];
  const custom: ShiftCalendar = {
    ...EMPTY,
    pattern: 'custom',
    shifts,
    crews: ['A', 'B'],
    cycle: [...Array.from({ length: 5 }, () => ['A', 'B', 'A']), [null, null, null], [null, null, null]],
    holidays: [{ date: '2026-01-06', name: 'Epiphany' }],
  };

  it('has no shift where the cycle has none, and a night belongs to the day before', () => {
    const plan = new ShiftPlan(custom);
    expect(plan.at(Date.parse('2026-01-10T07:00:00+07:00'))).toMatchObject({ name: 'Night', crew: 'A' });
    expect(plan.at(Date.parse('2026-01-10T08:00:00+07:00'))).toBeNull();
    expect(plan.before(Date.parse('2026-01-11T08:00:00+07:00'))?.name).toBe('Night');
    expect(plan.after(Date.parse('2026-01-11T08:00:00+07:00'))?.fromMs).toBe(Date.parse('2026-01-12T08:00:00+07:00'));
    expect(plan.at(Date.parse('2026-01-07T03:00:00+07:00'))?.isHoliday).toBe(true);
    expect(plan.at(Date.parse('2026-01-06T03:00:00+07:00'))?.isHoliday).toBe(false);
    expect(plan.dayAt(Date.parse('2026-01-07T03:00:00+07:00'))).toBe(dayOfDate('2026-01-06'));
  });

  it('names what is wrong', () => {
    const faultsOf = (change: Partial<ShiftCalendar>) =>
      calendarFaults({ ...custom, ...change }).map(({ error }) => error);
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ cycle: [['A', 'X', null]] })).toEqual([
      'cycle must only name the crews of the calendar; X is none',
    ]);
    expect(faultsOf({ cycle: [['A']] })).toEqual(['cycle must have one crew or null for each shift']);
    expect(faultsOf({ cycle: [[null, null, null]] })).toEqual(['cycle must have a shift that is worked']);
    expect(faultsOf({ pattern: '3x8' })).toEqual([
      'cycle must be empty unless the pattern is custom',
      'crews must be 0, 3 or 4 for the pattern 3x8',
    ]);
    expect(faultsOf({ shifts: [...shifts].reverse(), cycle: [] })).toEqual([
      'shifts must be in the order in which they begin',
    ]);
    const overlapping = [shifts[0], { name: 'Late', from: '15:00', to: '00:00' }] as ShiftCalendar['shifts'];
    expect(faultsOf({ shifts: overlapping, cycle: [] })).toEqual([
      'shifts must not overlap: Early ends after the next one begins',
    ]);
    expect(faultsOf({ pattern: 'none' })).toEqual(['shifts must be empty for the pattern none']);
  });
});
