import type { Alert, AlertRaise } from '@gonsters/contract';
import { expect, it } from 'vitest';
import { eachRaise } from './alert-raises.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 10, minute)).toISOString();
const alert = (given: Partial<Alert>) =>
  ({ id: 'a', raises: 1, raised_at: at(0), cleared_at: null, severity: 'warning', peak: 95, ...given }) as Alert;
const raise = (number: number, given: Partial<AlertRaise> = {}): AlertRaise => ({
  number,
  raised_at: at(number * 10),
  cleared_at: at(number * 10 + 5),
  severity: 'warning',
  limit_kind: 'high',
  threshold: 80,
  value: 81,
  peak: 83,
  reading_count: 2,
  escalation: null,
  ...given,
});

it('an alert that was raised once stands alone, known or not', () => {
  const once = alert({});
  expect(eachRaise([once], new Map())).toEqual([once]);
});

it('an alert that returned stands once for each raise, oldest first, with the numbers of that time', () => {
  const escalation = { at: at(12), severity: 'critical', limit_kind: 'high_high', threshold: 88, value: 95 } as const;
  const returned = alert({ raises: 3, raised_at: at(30), threshold: 70, severity: 'warning' });
  const raises = [raise(3, { peak: 72 }), raise(2), raise(1, { escalation, peak: 95 })];
  expect(eachRaise([returned], new Map([['a', raises]]))).toMatchObject([
    {
      raised_at: at(10),
      cleared_at: at(15),
      severity: 'critical',
      escalated_at: at(12),
      threshold: 88,
      peak_value: 95,
    },
    { raised_at: at(20), cleared_at: at(25), severity: 'warning', escalated_at: null, threshold: 80, peak_value: 83 },
    { raised_at: at(30), cleared_at: null, threshold: 70, peak_value: 72 },
  ]);
});

it('an alert that has returned since its raises were asked for stands for the newest by itself', () => {
  const returned = alert({ raises: 3, raised_at: at(30), threshold: 70 });
  expect(eachRaise([returned], new Map([['a', [raise(2), raise(1)]]])).map((each) => each.raised_at)).toEqual([
    at(10),
    at(20),
    at(30),
  ]);
});
