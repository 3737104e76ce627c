import type { Alert } from '@gonsters/contract';
import { expect, it } from 'vitest';
import { MOST_MEANWHILE, meanwhile, meanwhileSpan } from './meanwhile.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 10, minute)).toISOString();
const alert = (id: string, minute: number) => ({ id, raised_at: at(minute) }) as Alert;
const totals = { running: 0, idle: 0, stopped: 0, fault: 0, none: 0 };

it('has other alerts and changes of the state in the order of time, and not the alert itself', () => {
  const runs = [
    { mark: 'running' as const, fromMs: Date.parse(at(0)), toMs: Date.parse(at(20)) },
    { mark: 'stopped' as const, fromMs: Date.parse(at(20)), toMs: Date.parse(at(30)) },
  ];
  expect(
    meanwhile(alert('own', 15), [alert('own', 15), alert('b', 25), alert('a', 10)], { runs, totals }),
  ).toMatchObject([
    { key: 'a', type: 'alert' },
    { type: 'state', before: 'running', after: 'stopped' },
    { key: 'b', type: 'alert' },
  ]);
});

it('of too many has those closest to the raise', () => {
  const many = Array.from({ length: 40 }, (_, i) => alert(`a${i}`, i));
  const found = meanwhile(alert('own', 20), many, null);
  expect(found).toHaveLength(MOST_MEANWHILE);
  expect(found.map(({ key }) => key)).toContain('a20');
  expect(found.map(({ key }) => key)).not.toContain('a0');
});

it('looks from a quarter of an hour before the raise to its end, twelve hours at most', () => {
  const long = meanwhileSpan({ raised_at: at(15), cleared_at: null }, Date.parse(at(15)) + 7 * 86_400_000);
  expect(long).toEqual({ fromMs: Date.parse(at(0)), toMs: Date.parse(at(0)) + 12 * 3_600_000 });
  expect(meanwhileSpan({ raised_at: at(15), cleared_at: at(20) }, Date.parse(at(50))).toMs).toBe(Date.parse(at(21)));
});
