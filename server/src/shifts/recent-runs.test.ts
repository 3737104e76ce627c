import { expect, it } from 'vitest';
import { RecentRuns } from './recent-runs.ts';

it('is read once in a minute, or in ten where the shift is over, and again after a fault', async () => {
  const recent = new RecentRuns<number>();
  let reads = 0;
  const read = async () => ++reads;
  expect(await Promise.all([recent.get('a', false, 0, read), recent.get('a', false, 59_999, read)])).toEqual([1, 1]);
  expect(await recent.get('a', false, 60_000, read)).toBe(2);
  expect(await recent.get('b', true, 0, read)).toBe(3);
  expect(await recent.get('b', true, 599_999, read)).toBe(3);
  const broken = recent.get('c', true, 0, () => Promise.reject(new Error('The store does not answer')));
  await expect(broken).rejects.toThrow('The store does not answer');
  expect(await recent.get('c', true, 0, read)).toBe(4);
  for (let key = 0; key < 60; key++) await recent.get(`key ${key}`, true, 0, read);
  expect(await recent.get('b', true, 1, read)).toBe(65);
});
