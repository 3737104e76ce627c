import { toLocalMs } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietHoursEnd } from './quiet-hours.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ZONES = ['UTC', 'Asia/Jakarta', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns'];
/** They went over the date line, or changed clocks at midnight. */
const ODD_ZONES = ['Pacific/Apia', 'America/Havana', 'Asia/Tehran', 'Africa/Cairo'];

const at = (iso: string) => Date.parse(iso);
const end = (hours: [string, string, string], iso: string) => {
  const [from, to, zone] = hours;
  const ms = quietHoursEnd({ from, to, zone }, at(iso));
  return ms === null ? null : new Date(ms).toISOString();
};
const wallClock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const moment = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2040, 0, 1) });
const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

describe('quiet hours', () => {
  it('end on the same day, or on the next where they go over midnight', () => {
    expect(end(['12:00', '13:00', 'Asia/Jakarta'], '2026-01-15T05:30:00Z')).toBe('2026-01-15T06:00:00.000Z');
    expect(end(['22:00', '06:00', 'Asia/Jakarta'], '2026-01-15T15:00:00Z')).toBe('2026-01-15T23:00:00.000Z');
    expect(end(['22:00', '06:00', 'Asia/Jakarta'], '2026-01-15T22:59:59Z')).toBe('2026-01-15T23:00:00.000Z');
    expect(end(['22:00', '06:00', 'Asia/Jakarta'], '2026-01-15T23:00:00Z')).toBeNull();
    expect(end(['22:00', '06:00', 'Asia/Jakarta'], '2026-01-15T14:59:59Z')).toBeNull();
  });

  it('end as the clock of the zone shows it on the days on which clocks change', () => {
    const night: [string, string, string] = ['22:00', '06:00', 'Europe/Berlin'];
    expect(end(night, '2026-03-28T22:00:00Z')).toBe('2026-03-29T04:00:00.000Z');
    expect(end(night, '2026-10-24T22:00:00Z')).toBe('2026-10-25T05:00:00.000Z');
    // 02:30 does not exist on that day, and is read as 03:30.
    expect(end(['01:00', '02:30', 'Europe/Berlin'], '2026-03-29T00:59:00Z')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('end after the moment asked, within a day and a change of the clock, and a moment later it is over', () => {
    fc.assert(
      fc.property(moment, wallClock, wallClock, fc.constantFrom(...ZONES, ...ODD_ZONES), (ms, from, to, zone) => {
        fc.pre(from !== to);
        const until = quietHoursEnd({ from, to, zone }, ms);
        if (until === null) return;
        expect(until).toBeGreaterThan(ms);
        expect(until - ms).toBeLessThanOrEqual(DAY_MS + 60 * MINUTE_MS);
        expect(quietHoursEnd({ from, to, zone }, until - 1)).toBe(until);
      }),
    );
  });

  it('contain exactly the times that the clock of the zone shows between both, away from changes of the clock', () => {
    fc.assert(
      fc.property(moment, wallClock, wallClock, fc.constantFrom(...ZONES), (ms, from, to, zone) => {
        fc.pre(from !== to);
        const offset = (each: number) => toLocalMs(zone, each) - each;
        fc.pre(offset(ms - 2 * DAY_MS) === offset(ms + 2 * DAY_MS) && offset(ms) === offset(ms + 2 * DAY_MS));
        const minute = Math.floor((toLocalMs(zone, ms) % DAY_MS) / MINUTE_MS);
        const [first, last] = [minutesOf(from), minutesOf(to)];
        const isQuiet = first < last ? first <= minute && minute < last : minute >= first || minute < last;
        const until = quietHoursEnd({ from, to, zone }, ms);
        expect(until !== null).toBe(isQuiet);
        if (until !== null) expect(Math.floor((toLocalMs(zone, until) % DAY_MS) / MINUTE_MS)).toBe(last);
      }),
    );
  });

  it('come every day: whoever waits for their end waits no longer than they last', () => {
    fc.assert(
      fc.property(moment, wallClock, wallClock, fc.constantFrom(...ZONES), (ms, from, to, zone) => {
        fc.pre(from !== to);
        let free = 0;
        for (let hour = 0; hour < 48; hour++) {
          if (quietHoursEnd({ from, to, zone }, ms + hour * 60 * MINUTE_MS) === null) free++;
        }
        const minutes = (minutesOf(to) - minutesOf(from) + 1440) % 1440;
        // A day has at least 23 hours, of which those at the edges may be cut.
        if (minutes < 1200) expect(free).toBeGreaterThan(0);
      }),
    );
  });
});
