import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barMsOf, selectIncreases } from './increase-window.ts';
import { BAD, GOOD, MetricSeries } from './metric-series.ts';

const bounds = { fromMs: 60_000, toMs: 120_000, widthPx: 1000 };
const seriesOf = (...rows: [timeMs: number, value: number, quality?: number][]) => {
  const series = new MetricSeries(1000);
  for (const [timeMs, value, quality = GOOD] of rows) series.add(timeMs, value, quality, 'newer');
  return series;
};

describe('the increases of a counter', () => {
  test('a bar is about as wide as a finger can tell from the next, and a round time', () => {
    expect(barMsOf(60_000, 1000)).toBe(2000);
    expect(barMsOf(15 * 60_000, 700)).toBe(30_000);
    expect(barMsOf(60 * 60_000, 300)).toBe(300_000);
  });

  test('count from the last value before the window, and go on after a reset', () => {
    const window = selectIncreases(
      seriesOf([50_000, 10], [61_000, 12], [61_500, 13], [70_000, 13], [80_000, 2], [81_000, Number.NaN, BAD]),
      bounds,
    );
    expect(window.xs).toEqual([61_000, 71_000, 81_000]);
    expect(window.ys).toEqual([3, 0, 2]);
    expect([window.max, window.mean]).toEqual([3, 5]);
  });

  test('add up to what the counter grew by, however the values fall into bars', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(steps, (given) => {
        let [timeMs, value] = [60_000, 100];
        const rows = given.map(([step, more]): [number, number] => {
          timeMs = Math.min(120_000, timeMs + step);
          value += more;
          return [timeMs, value];
        });
        const window = selectIncreases(seriesOf([59_000, 100], ...rows), bounds);
        expect(window.ys.reduce((sum: number, each) => sum + (each ?? 0), 0)).toBe(value - 100);
        expect(window.mean).toBe(value - 100);
      }),
    );
  });
});
