import { expect, it } from 'vitest';
import { zoneOffsetOf } from './zone-offset.ts';

const HOUR_MS = 3_600_000;

it.each([
  [7 * HOUR_MS, 7],
  [7 * HOUR_MS - 60_000, 7],
  [-6 * HOUR_MS - 89_000, -6],
  [5.5 * HOUR_MS + 1000, 5.5],
  [14 * HOUR_MS, 14],
  [-12 * HOUR_MS, -12],
])('takes %d ms for the local time of a zone', (aheadMs, hours) => {
  expect(zoneOffsetOf(aheadMs)).toBe(hours * HOUR_MS);
});

it.each([0, 60_000, -60_000, 7 * HOUR_MS + 120_000, 15 * HOUR_MS, -13 * HOUR_MS, 72 * HOUR_MS, Number.NaN])(
  'does not take %d ms for it',
  (aheadMs) => {
    expect(zoneOffsetOf(aheadMs)).toBeNull();
  },
);
