import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryPoints } from '../../../charts/history/history-lines.ts';
import { statisticsOf } from './series-statistics.ts';

const MINUTE = 60_000;
const ALL = { fromMs: 0, toMs: 1e9 };
const points = (values: readonly number[], counts = values.map(() => 1)): HistoryPoints => {
  const timesMs = values.map((_, i) => i * MINUTE);
  return { timesMs, xs: timesMs, mean: [...values], min: [...values], max: [...values], count: counts };
};

describe('the statistics of a series', () => {
  it('weigh a bucket by its readings, and take the extremes from the readings themselves', () => {
    const given = { ...points([10, 20, 30], [1, 1, 2]), min: [8, 20, 25], max: [10, 22, 35] };
    const { min, max, mean, deviation, percentiles, aboveMs, count } = statisticsOf(given, '1m', ALL, 15);
    expect([min, max, mean, count]).toEqual([8, 35, 22.5, 4]);
    expect(deviation).toBeCloseTo(Math.sqrt((12.5 ** 2 + 2.5 ** 2 + 2 * 7.5 ** 2) / 4));
    expect([percentiles, aboveMs]).toEqual([[10, 20, 30], 2 * MINUTE]);
  });

  it('take only what is in the view, and say nothing about nothing', () => {
    const given = points([1, 2, 3, 4]);
    expect(statisticsOf(given, 'raw', { fromMs: MINUTE, toMs: 2 * MINUTE }, null)).toMatchObject({
      min: 2,
      max: 3,
      count: 2,
    });
    expect(statisticsOf(given, 'raw', { fromMs: 1e8, toMs: 1e9 }, 1)).toMatchObject({
      mean: Number.NaN,
      count: 0,
      aboveMs: 0,
    });
  });

  it('let a reading last until the next one, but not through a gap', () => {
    const given = points([90, 10, 90, 90]);
    const timesMs = [0, MINUTE, 2 * MINUTE, 60 * MINUTE];
    expect(statisticsOf({ ...given, timesMs, xs: timesMs }, 'raw', ALL, 80).aboveMs).toBe(MINUTE + 3 * MINUTE + MINUTE);
  });

  it('are in order, whatever was measured', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, (all) => {
        const { min, max, percentiles, deviation } = statisticsOf(points(all), 'raw', ALL, null);
        const ascending = [min, ...percentiles, max];
        expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
        expect(deviation).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
