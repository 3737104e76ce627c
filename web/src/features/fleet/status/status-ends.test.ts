import { expect, it } from 'vitest';
import { statusEnd } from './status-ends.ts';

const local = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime();

it('until Monday at six is the next one, also on a Monday after six', () => {
  expect(statusEnd('monday', '', null, local(20, 15))).toBe(local(23, 6));
  expect(statusEnd('monday', '', null, local(23, 5))).toBe(local(23, 6));
  expect(statusEnd('monday', '', null, local(23, 6))).toBe(local(30, 6));
});

it('until tomorrow, shift end, a time of one’s own, or without an end', () => {
  expect(statusEnd('tomorrow', '', null, local(20, 1))).toBe(local(21, 6));
  expect(statusEnd('shift', '', local(20, 22), local(20, 15))).toBe(local(20, 22));
  expect(statusEnd('shift', '', null, local(20, 15))).toBeNaN();
  expect(statusEnd('time', '2026-11-20T18:00', null, local(20, 15))).toBe(local(20, 18));
  expect(statusEnd('time', '', null, 0)).toBeNaN();
  expect(statusEnd('none', '', null, 0)).toBeNull();
});
