import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ShiftPlan } from '../../duty/rules/shift-calendar.ts';
import { reportRange, type ShiftTimes } from './report-range.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-23T06:30:00Z');
/** Two shifts on weekdays, with holes at night and at the weekend. */
const plan = new ShiftPlan({
  ...{ zone: 'Asia/Jakarta', pattern: 'custom', starts_on: '2026-11-23', crews: ['A', 'B'], holidays: [] },
  shifts: [
    { name: 'Early', from: '06:00', to: '14:00' },
    { name: 'Late', from: '14:00', to: '22:00' },
  ],
  cycle: [...Array.from({ length: 5 }, () => ['A', 'B']), [null, null], [null, null]],
});
const shifts = {
  shiftAt: (atMs: number) => plan.at(atMs),
  shiftBefore: (atMs: number) => plan.before(atMs),
  shiftAfter: (atMs: number) => plan.after(atMs),
};
const none = { shiftAt: () => null, shiftBefore: () => null, shiftAfter: () => null };

it('leads from each report to the shift before and after, and never into the future', () => {
  const moment = fc.integer({ min: NOW_MS - 30 * 24 * HOUR_MS, max: NOW_MS });
  fc.assert(
    fc.property(moment, fc.constantFrom(shifts, none), (atMs, from) => {
      const of = (at: number) => reportRange<ShiftTimes>(from, at, NOW_MS);
      const range = of(atMs);
      expect(range.fromMs).toBeLessThan(range.toMs);
      expect(range.toMs).toBeLessThanOrEqual(NOW_MS);
      if (range.nextMs !== null) expect(range.nextMs).toBeLessThanOrEqual(NOW_MS);
      if (range.previousMs === null) throw new Error('There is always a report before');
      const before = of(range.previousMs);
      expect(before.fromMs).toBeLessThan(range.fromMs);
      if (range.shift !== null) expect(of(before.nextMs as number).fromMs).toBe(range.fromMs);
    }),
  );
});

it('is of the shift so far, or of the eight hours before where there is none', () => {
  expect(reportRange(shifts, NOW_MS, NOW_MS)).toMatchObject({
    ...{ shift: { name: 'Early' }, fromMs: Date.parse('2026-11-22T23:00:00Z'), toMs: NOW_MS, isOver: false },
    ...{ previousMs: Date.parse('2026-11-20T07:00:00Z'), nextMs: null },
  });
  const sunday = Date.parse('2026-11-22T06:00:00Z');
  expect(reportRange(shifts, sunday, NOW_MS)).toMatchObject({
    ...{ shift: null, fromMs: sunday - 8 * HOUR_MS, toMs: sunday, isOver: true },
    nextMs: Date.parse('2026-11-22T23:00:00Z'),
  });
});
