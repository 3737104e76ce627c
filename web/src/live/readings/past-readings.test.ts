import { describe, expect, it } from 'vitest';
import { SEED_METRICS } from '../live-metrics.ts';
import { type LoadReadings, PastReadings } from './past-readings.ts';
import { type ReadingBatch, ReadingSeries } from './reading-series.ts';

const MINUTE = 60_000;
const RANGE = { fromMs: 10 * MINUTE, toMs: 20 * MINUTE };
const batch = (timesMs: readonly number[], value: number): ReadingBatch => {
  const column = { timesMs, values: timesMs.map(() => value), qualities: timesMs.map(() => 0) };
  return new Map(SEED_METRICS.map((metric) => [metric, column]));
};
const liveFrom = (times: readonly number[]) => {
  const series = new ReadingSeries(SEED_METRICS);
  series.merge(batch(times, 1), 'newer');
  return series;
};

describe('the readings of a past time', () => {
  it('start with what live has of it, and are filled from history without changing that', async () => {
    const asked: number[][] = [];
    const load: LoadReadings = async (_, metrics, fromMs, toMs) => {
      expect(metrics).toEqual(SEED_METRICS);
      asked.push([fromMs, toMs]);
      return batch([11 * MINUTE, 15 * MINUTE], 2);
    };
    const past = new PastReadings(load, 'm', SEED_METRICS, RANGE, liveFrom([0, 15 * MINUTE, 19 * MINUTE, 30 * MINUTE]));
    expect([...past.series.of(0).timesMs]).toEqual([15 * MINUTE, 19 * MINUTE]);
    past.start();
    await new Promise<void>((resolve) => past.data.subscribe(resolve));
    expect(past.phase).toBe('ready');
    expect([...past.series.of(0).timesMs]).toEqual([11 * MINUTE, 15 * MINUTE, 19 * MINUTE]);
    expect([...past.series.of(0).values]).toEqual([2, 1, 1]);
    expect(asked).toEqual([[9 * MINUTE, 21 * MINUTE]]);
  });

  it('say that history failed, and try again when asked', async () => {
    let failures = 1;
    const load: LoadReadings = async () => {
      if (failures-- > 0) throw new Error('gone');
      return batch([12 * MINUTE], 3);
    };
    const past = new PastReadings(load, 'm', SEED_METRICS, RANGE, null);
    past.start();
    await new Promise<void>((resolve) => past.signal.subscribe(resolve));
    expect(past.phase).toBe('failed');
    past.retry();
    await new Promise<void>((resolve) => past.data.subscribe(resolve));
    expect([past.phase, past.series.of(0).length]).toEqual(['ready', 1]);
  });

  it('take nothing more once stopped', async () => {
    let answer = (_: ReadingBatch) => {};
    const load: LoadReadings = () => new Promise((resolve) => (answer = resolve));
    const past = new PastReadings(load, 'm', SEED_METRICS, RANGE, null);
    past.start();
    past.stop();
    answer(batch([12 * MINUTE], 3));
    await Promise.resolve();
    expect(past.series.of(0).length).toBe(0);
  });
});
