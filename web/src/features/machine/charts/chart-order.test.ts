import { expect, test } from 'vitest';
import { moveBefore } from './chart-order.ts';

test.each([
  ['d', 'b', ['a', 'd', 'b', 'c']],
  ['c', 'a', ['c', 'a', 'b']],
  ['a', 'c', ['b', 'c', 'a']],
  ['a', 'b', ['b', 'a', 'c']],
  ['b', 'b', ['a', 'b', 'c']],
  ['d', 'x', ['a', 'b', 'c']],
])('%s dropped on %s gives %j', (name, other, expected) => {
  expect(moveBefore(['a', 'b', 'c'], name, other)).toEqual(expected);
});
