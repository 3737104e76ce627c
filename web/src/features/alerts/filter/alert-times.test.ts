import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shelfEnd, shelfFault, shiftEnd } from '../dialogs/shelf-times.ts';
import { lastNight, localInput, rangeOf } from './past-range.ts';

const HOUR = 3_600_000;
const local = (text: string) => new Date(text).getTime();
const anyTime = fc.integer({ min: local('2020-01-01T00:00'), max: local('2035-01-01T00:00') });

describe('stretches of the past', () => {
  it('are up to now by default, or between two times', () => {
    const now = local('2026-03-10T09:30');
    expect(rangeOf({}, now)).toEqual({ fromMs: now - 24 * HOUR, toMs: null });
    expect(rangeOf({ range: '7d' }, now)).toEqual({ fromMs: now - 7 * 24 * HOUR, toMs: null });
    const from = '2026-01-01T00:00:00.000Z';
    const to = '2026-01-02T00:00:00.000Z';
    expect(rangeOf({ from, to }, now)).toEqual({ fromMs: Date.parse(from), toMs: Date.parse(to) });
  });

  it('know last night as ten to six, the one that ended or is under way', () => {
    const night = { fromMs: local('2026-03-09T22:00'), toMs: local('2026-03-10T06:00') };
    expect(lastNight(local('2026-03-10T09:30'))).toEqual(night);
    expect(lastNight(local('2026-03-10T03:00'))).toEqual(night);
    expect(lastNight(local('2026-03-10T23:00'))).toEqual(night);
  });

  it('go into a field and out of it unchanged', () => {
    fc.assert(
      fc.property(anyTime, (timeMs) => {
        const minute = Math.floor(timeMs / 60_000) * 60_000;
        expect(local(localInput(minute))).toBe(minute);
      }),
    );
  });
});

describe('the end of a shelf', () => {
  it('is never past and never over a day ahead for the ready choices', () => {
    fc.assert(
      fc.property(
        anyTime,
        fc.constantFrom('1h' as const, 'shift' as const, '8h' as const, '24h' as const),
        (now, choice) => {
          expect(shelfFault(shelfEnd(choice, '', now), now)).toBeNull();
        },
      ),
    );
  });

  it('comes with the next change of shifts', () => {
    expect(shiftEnd(local('2026-03-10T09:30'))).toBe(local('2026-03-10T14:00'));
    expect(shiftEnd(local('2026-03-10T14:00'))).toBe(local('2026-03-10T22:00'));
    expect(shiftEnd(local('2026-03-10T22:10'))).toBe(local('2026-03-11T06:00'));
  });

  it('must be told, lie ahead, and at most a day', () => {
    const now = local('2026-03-10T09:30');
    expect(shelfFault(shelfEnd('time', '', now), now)).toBe('missing');
    expect(shelfFault(shelfEnd('time', '2026-03-10T09:00', now), now)).toBe('past');
    expect(shelfFault(shelfEnd('time', '2026-03-11T10:00', now), now)).toBe('far');
    expect(shelfFault(shelfEnd('time', '2026-03-10T12:00', now), now)).toBeNull();
  });
});
