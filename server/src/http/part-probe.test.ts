import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { PartProbe } from './part-probe.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('checks at most once a second, however many callers there are, and returns the result', async () => {
  let asked = 0;
  let fault: AppError | null = null;
  const probe = new PartProbe(async () => {
    asked++;
    if (fault) throw fault;
  });
  const both = await Promise.all([probe.condition(), probe.condition()]);
  expect(both).toEqual(Array(2).fill({ state: 'up', reason: null }));
  fault = new AppError('store_unavailable', 'The disk is full.');
  vi.advanceTimersByTime(999);
  expect(await probe.condition()).toMatchObject({ state: 'up' });
  vi.advanceTimersByTime(1);
  expect(await probe.condition()).toEqual({ state: 'down', reason: 'The disk is full.' });
  expect(asked).toBe(2);
  fault = null;
  vi.advanceTimersByTime(1_000);
  expect(await probe.condition()).toEqual({ state: 'up', reason: null });
});

it('reports a slow part as degraded, and does not reveal the message of an unexpected error', async () => {
  const slow = new PartProbe(async () => void vi.advanceTimersByTime(501));
  expect(await slow.condition()).toEqual({ state: 'degraded', reason: 'It answers slowly.' });
  const failing = new PartProbe(async () => {
    throw new Error('connect ECONNREFUSED 10.0.0.5:5432');
  });
  expect(await failing.condition()).toEqual({ state: 'down', reason: null });
});

it('waits a second and a half for a part that does not answer, and does not check it again meanwhile', async () => {
  let asked = 0;
  let answer: () => void = () => undefined;
  const probe = new PartProbe(() => {
    asked++;
    return new Promise<void>((resolve) => {
      answer = resolve;
    });
  });
  const silent = { state: 'down', reason: 'No answer within 1.5 seconds.' };
  expect(await probe.condition()).toEqual(silent);
  vi.advanceTimersByTime(60_000);
  expect(await probe.condition()).toEqual(silent);
  expect(asked).toBe(1);
  answer();
  await vi.waitFor(async () => {
    void probe.condition();
    expect(asked).toBe(2);
  });
});
