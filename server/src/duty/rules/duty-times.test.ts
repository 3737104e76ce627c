import type { ShiftCalendar } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DutyOverrideTime, type DutyRules, dutiesBetween, gapsOf, onDutyAt, untilOf } from './duty-times.ts';
import { ShiftPlan } from './shift-calendar.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONES = ['Asia/Jakarta', 'Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Pacific/Apia'];
const CALENDAR: ShiftCalendar = {
  zone: 'Europe/Berlin',
  pattern: '3x8',
  starts_on: '2026-01-05',
  shifts: [
    { name: 'Early', from: '06:00', to: '14:00' },
    { name: 'Late', from: '14:00', to: '22:00' },
    { name: 'Night', from: '22:00', to: '06:00' },
  ],
  crews: [],
  cycle: [],
  holidays: [{ date: '2026-12-25', name: 'Christmas' }],
};
const PLAN = new ShiftPlan(CALENDAR);
const RULES: DutyRules = {
  zone: 'Asia/Jakarta',
  rotation: 'week',
  hand_over: '06:00',
  weekday: 1,
  starts_on: '2026-01-05',
  members: ['budi', 'rina', 'agus'],
  hours: null,
  on_holidays: null,
};
const STARTS_MS = Date.parse('2026-01-05T00:00:00Z');

const member = fc.constantFrom('a', 'b', 'c', null);
const anyRules: fc.Arbitrary<DutyRules> = fc.record({
  zone: fc.constantFrom(...ZONES),
  rotation: fc.constantFrom('day', 'week', 'shift'),
  hand_over: fc.constantFrom('00:00', '02:30', '06:00', '23:45'),
  weekday: fc.integer({ min: 1, max: 7 }),
  starts_on: fc.constantFrom('2026-01-05', '2026-03-28'),
  members: fc.array(member, { minLength: 1, maxLength: 5 }),
  hours: fc.option(
    fc.record({
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: fc.constantFrom('00:00', '02:15', '08:00', '22:00'),
      to: fc.constantFrom('00:00', '02:45', '06:00', '17:00'),
    }),
  ),
  on_holidays: fc.option(fc.constant('holiday')),
});
const from = fc.integer({ min: STARTS_MS - 10 * DAY_MS, max: STARTS_MS + 370 * DAY_MS });
const anyOverrides = (fromMs: number): fc.Arbitrary<DutyOverrideTime[]> =>
  fc
    .array(
      fc
        .record({ start: fc.nat(9 * 24), hours: fc.integer({ min: 1, max: 60 }), userId: fc.constantFrom('x', 'y') })
        .map(({ start, hours, userId }) => ({
          ...{ fromMs: fromMs + start * HOUR_MS, toMs: fromMs + (start + hours) * HOUR_MS, userId },
          id: '',
        })),
      { maxLength: 6 },
    )
    .map((overrides) => overrides.map((override, at) => ({ ...override, id: String(at) })));

describe('duties', () => {
  it('are in order, do not overlap, and are the same whatever range is asked for', () => {
    const cases = from.chain((fromMs) => fc.tuple(fc.constant(fromMs), anyOverrides(fromMs), fc.nat(10 * DAY_MS)));
    fc.assert(
      fc.property(anyRules, cases, (rules, [fromMs, overrides, afterMs]) => {
        const duties = dutiesBetween(rules, PLAN, overrides, fromMs, fromMs + 10 * DAY_MS);
        for (const [at, duty] of duties.entries()) {
          expect(duty.fromMs).toBeLessThan(duty.toMs);
          expect(duty.fromMs).toBeGreaterThanOrEqual(duties[at - 1]?.toMs ?? fromMs);
        }
        expect(new Set(duties.map(({ key }) => key)).size).toBe(duties.length);
        const atMs = fromMs + afterMs;
        const [now] = dutiesBetween(rules, PLAN, overrides, atMs, atMs + 1);
        const same = duties.find((duty) => duty.fromMs <= atMs && atMs < duty.toMs);
        if (afterMs < 10 * DAY_MS) expect([now?.userId, now?.key]).toEqual([same?.userId, same?.key]);
        expect(onDutyAt(rules, PLAN, overrides, atMs)).toBe(now?.userId ?? null);
      }),
    );
  });

  it('leave no hole in a rotation around the clock, and gaps only where there is nobody', () => {
    fc.assert(
      fc.property(anyRules, from, (rules, atMs) => {
        const fromMs = Math.max(atMs, Date.parse('2026-03-30'));
        const always = { ...rules, hours: null };
        const toMs = fromMs + 20 * DAY_MS;
        const duties = dutiesBetween(always, PLAN, [], fromMs, toMs);
        expect(duties.reduce((sum, duty) => sum + duty.toMs - duty.fromMs, 0)).toBe(20 * DAY_MS);
        const nobodyMs = duties.reduce((sum, duty) => sum + (duty.userId === null ? duty.toMs - duty.fromMs : 0), 0);
        expect(gapsOf(duties).reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0)).toBe(nobodyMs);
        if (!rules.members.includes(null)) expect(gapsOf(duties)).toEqual([]);
      }),
    );
  });

  it('give everybody as many turns', () => {
    for (const rotation of ['day', 'week', 'shift'] as const) {
      const duties = dutiesBetween(
        { ...RULES, rotation, zone: 'Europe/Berlin' },
        PLAN,
        [],
        Date.parse('2026-01-05T05:00:00Z'),
        Date.parse('2026-04-27T04:00:00Z') + 14 * DAY_MS,
      );
      const turns = RULES.members.map((name) => duties.filter(({ userId }) => userId === name).length);
      expect(new Set(turns).size, rotation).toBe(1);
    }
  });

  it('are of the newest override while it lasts, also outside of the hours', () => {
    fc.assert(
      fc.property(
        anyRules,
        from.chain((fromMs) => fc.tuple(fc.constant(fromMs), anyOverrides(fromMs))),
        (rules, [, overrides]) => {
          for (const override of overrides) {
            const later = overrides.slice(overrides.indexOf(override) + 1);
            const isCovered = later.some((each) => each.fromMs <= override.fromMs && override.fromMs < each.toMs);
            const [now] = dutiesBetween(rules, PLAN, overrides, override.fromMs, override.fromMs + 1);
            if (!isCovered) expect(now).toMatchObject({ userId: override.userId, isOverride: true });
          }
        },
      ),
    );
  });

  it('change hands on the weekday and at the time of the schedule', () => {
    const duties = dutiesBetween(RULES, PLAN, [], STARTS_MS - DAY_MS, STARTS_MS + 15 * DAY_MS);
    expect(duties.map(({ userId, fromMs }) => [userId, new Date(fromMs).toISOString()])).toEqual([
      ['budi', '2026-01-04T23:00:00.000Z'],
      ['rina', '2026-01-11T23:00:00.000Z'],
      ['agus', '2026-01-18T23:00:00.000Z'],
    ]);
  });

  it('begin with a short week where the schedule begins within one', () => {
    const rules = { ...RULES, starts_on: '2026-01-08' };
    const duties = dutiesBetween(rules, PLAN, [], STARTS_MS, STARTS_MS + 10 * DAY_MS);
    expect(duties.map(({ userId, fromMs }) => [userId, new Date(fromMs).toISOString()])).toEqual([
      ['budi', '2026-01-07T23:00:00.000Z'],
      ['rina', '2026-01-11T23:00:00.000Z'],
    ]);
  });

  it('keep to the hours, have another person on holidays, and know until when somebody stays', () => {
    const rules: DutyRules = {
      ...RULES,
      hours: { weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '17:00' },
      on_holidays: 'dewi',
    };
    const fromMs = Date.parse('2026-12-24T00:00:00+07:00');
    const duties = dutiesBetween(rules, PLAN, [], fromMs, fromMs + 4 * DAY_MS);
    expect(
      duties.map(({ userId, fromMs: at, toMs }) => [userId, new Date(at).toISOString(), (toMs - at) / HOUR_MS]),
    ).toEqual([
      [duties[0]?.userId, '2026-12-24T01:00:00.000Z', 9],
      ['dewi', '2026-12-25T01:00:00.000Z', 9],
    ]);
    const always = dutiesBetween(RULES, PLAN, [], fromMs, fromMs + 14 * DAY_MS);
    expect(untilOf(always)).toBe(Date.parse('2026-12-28T06:00:00+07:00'));
    expect(untilOf([])).toBeNull();
  });
});
