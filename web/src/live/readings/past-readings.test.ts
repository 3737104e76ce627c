import { METRICS } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { type LoadReadings, PastReadings } from './past-readings.ts';
import { type ReadingBatch, ReadingSeries } from './reading-series.ts';

const MINUTE = 60_000;
const RANGE = { fromMs: 10 * MINUTE, toMs: 20 * MINUTE };
const batch = (times: readonly number[], value: number): ReadingBatch => ({
  timesMs: times,
  values: METRICS.map(() => times.map(() => value)),
});
const liveFrom = (times: readonly number[]) => {
  const series = new ReadingSeries();
  series.merge(batch(times, 1), 'newer');
  return series;
};

describe('the readings of a past time', () => {
  it('start with what live has of it, and are filled from history without changing that', async () => {
    const asked: number[][] = [];
    const load: LoadReadings = async (_, fromMs, toMs) => {
      asked.push([fromMs, toMs]);
      return batch([11 * MINUTE, 15 * MINUTE], 2);
    };
    const past = new PastReadings(load, 'm', RANGE, liveFrom([0, 15 * MINUTE, 19 * MINUTE, 30 * MINUTE]));
    expect([...past.series.timesMs]).toEqual([15 * MINUTE, 19 * MINUTE]);
    past.start();
    await new Promise<void>((resolve) => past.data.subscribe(resolve));
    expect(past.phase).toBe('ready');
    expect([...past.series.timesMs]).toEqual([11 * MINUTE, 15 * MINUTE, 19 * MINUTE]);
    expect([...past.series.column(0)]).toEqual([2, 1, 1]);
    expect(asked).toEqual([[9 * MINUTE, 21 * MINUTE]]);
  });

  it('say that history failed, and try again when asked', async () => {
    let failures = 1;
    const load: LoadReadings = async () => {
      if (failures-- > 0) throw new Error('gone');
      return batch([12 * MINUTE], 3);
    };
    const past = new PastReadings(load, 'm', RANGE, null);
    past.start();
    await new Promise<void>((resolve) => past.signal.subscribe(resolve));
    expect(past.phase).toBe('failed');
    past.retry();
    await new Promise<void>((resolve) => past.data.subscribe(resolve));
    expect([past.phase, past.series.length]).toEqual(['ready', 1]);
  });

  it('take nothing more once stopped', async () => {
    let answer = (_: ReadingBatch) => {};
    const load: LoadReadings = () => new Promise((resolve) => (answer = resolve));
    const past = new PastReadings(load, 'm', RANGE, null);
    past.start();
    past.stop();
    answer(batch([12 * MINUTE], 3));
    await Promise.resolve();
    expect(past.series.length).toBe(0);
  });
});
