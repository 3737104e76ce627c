import { describe, expect, it } from 'vitest';
import { GOOD } from './metric-series.ts';
import { RECENT_CAPACITY, ReadingSeries } from './reading-series.ts';

const column = (timesMs: number[], value: number) => ({
  timesMs,
  values: timesMs.map(() => value),
  qualities: timesMs.map(() => GOOD),
});

describe('the readings of a machine', () => {
  it('are a series for each metric, which is empty for a metric without values', () => {
    const series = new ReadingSeries([0]);
    expect(series.newestMs).toBeNaN();
    series.merge(new Map([[0, column([3, 1, 2], 5)]]), 'older');
    series.add(7, 2, 9, GOOD, 'newer');
    expect([...series.metrics]).toEqual([0, 7]);
    expect([...series.of(0).timesMs]).toEqual([1, 2, 3]);
    expect([...series.of(7).values]).toEqual([9]);
    expect(series.of(8).length).toBe(0);
    expect(series.newestMs).toBe(3);
  });

  it('are kept for long only of metrics that have a chart', () => {
    const series = new ReadingSeries([0]);
    for (const metric of [0, 1]) {
      for (let i = 0; i < 2 * RECENT_CAPACITY; i++) series.add(metric, i, i, GOOD, 'newer');
    }
    expect([series.of(0).length, series.of(1).length]).toEqual([2 * RECENT_CAPACITY, RECENT_CAPACITY]);
    series.setCharted([1]);
    expect([series.of(0).length, series.of(1).length]).toEqual([RECENT_CAPACITY, RECENT_CAPACITY]);
    expect(series.of(0).values.at(-1)).toBe(2 * RECENT_CAPACITY - 1);
    for (let i = 0; i < RECENT_CAPACITY; i++) series.add(1, 2 * RECENT_CAPACITY + i, i, GOOD, 'newer');
    expect(series.of(1).length).toBe(2 * RECENT_CAPACITY);
  });

  it('can be read as rows, with NaN where a metric has no value at a time', () => {
    const series = new ReadingSeries([0, 1]);
    series.merge(
      new Map([
        [0, column([1, 2, 4], 5)],
        [1, column([2, 3, 9], 6)],
      ]),
      'newer',
    );
    const { timesMs, values } = series.rows([0, 1, 2], 2, 9);
    expect([...timesMs]).toEqual([2, 3, 4]);
    expect(values.map((each) => [...each])).toEqual([
      [5, Number.NaN, 5],
      [6, 6, Number.NaN],
      [Number.NaN, Number.NaN, Number.NaN],
    ]);
  });
});
