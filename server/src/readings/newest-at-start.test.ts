import { expect, it, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { NewestAtStart } from './newest-at-start.ts';
import { EMPTY_BATCH, type ReadingBatch } from './reading-batch.ts';

const latest: ReadingBatch = { ...EMPTY_BATCH };

it('returns what the store returns', async () => {
  const newest = new NewestAtStart({ latest: async () => latest }, () => {});
  expect(await newest.load()).toBe(latest);
});

it('is delivered later if the store is not available, and not after a stop', async () => {
  let isAway = true;
  let asked = 0;
  const store = {
    latest: async () => {
      asked++;
      if (isAway) throw new AppError('store_unavailable');
      return latest;
    },
  };
  const late: ReadingBatch[] = [];
  const newest = new NewestAtStart(store, (batch) => late.push(batch), 1);
  expect(await newest.load()).toBe(EMPTY_BATCH);
  await vi.waitFor(() => expect(asked).toBeGreaterThan(2));
  expect(late).toEqual([]);
  isAway = false;
  await vi.waitFor(() => expect(late).toEqual([latest]));

  isAway = true;
  const stopped = new NewestAtStart(store, (batch) => late.push(batch), 1);
  stopped.stop();
  vi.useFakeTimers();
  try {
    await stopped.load();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('rejects if the store fails for another reason', async () => {
  const broken = { latest: () => Promise.reject(new Error('broken')) };
  await expect(new NewestAtStart(broken, () => {}).load()).rejects.toThrow('broken');
});
