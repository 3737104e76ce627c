import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duty, dutyBands, placeInWeek, weekOf } from './duty-bands.ts';

const ZONES = ['UTC', 'Asia/Jakarta', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'];
const HOUR_MS = 3_600_000;

describe('the week of a moment', () => {
  it('contains it, begins on a Monday at midnight, and follows upon the week before', () => {
    const moments = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, (zone, timeMs) => {
        const week = weekOf(zone, timeMs);
        expect(week.fromMs).toBeLessThanOrEqual(timeMs);
        expect(week.toMs).toBeGreaterThan(timeMs);
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        }).format(week.fromMs);
        expect(shown).toMatch(/^Mon.*00:00$/);
        expect(weekOf(zone, timeMs, 1).fromMs).toBe(week.toMs);
        expect(weekOf(zone, timeMs, -1).toMs).toBe(week.fromMs);
      }),
    );
  });

  it('has days of one width, also where the clock is put forward', () => {
    const week = weekOf('Europe/Berlin', Date.UTC(2026, 2, 29, 12));
    expect(week.toMs - week.fromMs).toBe((7 * 24 - 1) * HOUR_MS);
    expect(placeInWeek(week, week.days[6] as number)).toBeCloseTo((100 * 6) / 7);
    expect(placeInWeek(week, week.toMs)).toBe(100);
  });
});

describe('the duties of a week', () => {
  const week = weekOf('Asia/Jakarta', Date.UTC(2026, 10, 25));
  const iso = (timeMs: number) => new Date(timeMs).toISOString();
  const duty = (fromMs: number, toMs: number, user: string | null): Duty => ({
    from: iso(fromMs),
    to: iso(toMs),
    user_id: user,
    name: user,
    is_override: false,
  });

  it('cover the week without a hole, cut to it, and neighbours differ in shade', () => {
    const people = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd')), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(people, (users) => {
        const stepMs = (week.toMs - week.fromMs + 2 * 24 * HOUR_MS) / users.length;
        const startMs = week.fromMs - 24 * HOUR_MS;
        const duties = users.map((user, place) => duty(startMs + place * stepMs, startMs + (place + 1) * stepMs, user));
        const bands = dutyBands(week, duties);
        expect(bands[0]?.left).toBe(0);
        expect(bands.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(100, 3);
        for (const [place, band] of bands.entries()) {
          const next = bands[place + 1];
          if (!next || next.user_id === null || band.user_id === null || next.user_id === band.user_id) continue;
          expect(next.isOther).not.toBe(band.isOther);
        }
      }),
    );
  });

  it('leave out what is over before or begins after', () => {
    const outside = [duty(week.fromMs - 9, week.fromMs, 'a'), duty(week.toMs, week.toMs + 9, 'b')];
    expect(dutyBands(week, outside)).toEqual([]);
  });
});
