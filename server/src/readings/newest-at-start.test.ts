import { expect, it, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { NewestAtStart } from './newest-at-start.ts';
import { EMPTY_COLUMNS, type ReadingColumns } from './reading-columns.ts';

const latest: ReadingColumns = { ...EMPTY_COLUMNS };

it('is what the store answers', async () => {
  const newest = new NewestAtStart({ latest: async () => latest }, () => {});
  expect(await newest.load()).toBe(latest);
});

it('comes late where the store is away, and not after the end', async () => {
  let isAway = true;
  let asked = 0;
  const store = {
    latest: async () => {
      asked++;
      if (isAway) throw new AppError('store_unavailable');
      return latest;
    },
  };
  const late: ReadingColumns[] = [];
  const newest = new NewestAtStart(store, (columns) => late.push(columns), 1);
  expect(await newest.load()).toBe(EMPTY_COLUMNS);
  await vi.waitFor(() => expect(asked).toBeGreaterThan(2));
  expect(late).toEqual([]);
  isAway = false;
  await vi.waitFor(() => expect(late).toEqual([latest]));

  isAway = true;
  const stopped = new NewestAtStart(store, (columns) => late.push(columns), 1);
  stopped.stop();
  vi.useFakeTimers();
  try {
    await stopped.load();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('does not hide a store that is broken', async () => {
  const broken = { latest: () => Promise.reject(new Error('broken')) };
  await expect(new NewestAtStart(broken, () => {}).load()).rejects.toThrow('broken');
});
