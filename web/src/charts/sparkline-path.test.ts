import type { EffectiveLimits } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_LIMITS } from './limit-zones.ts';
import { SPARK_BOX, type SparkPoint, sparkLimit, sparkPaths } from './sparkline-path.ts';

const MINUTE = 60_000;
const LIMITS: EffectiveLimits = { low_low: null, low: 50, high: 80, high_high: 88 };
const series = (...values: number[]): SparkPoint[] => values.map((value, i) => ({ timeMs: i * MINUTE, value }));
const draw = (points: SparkPoint[], limits = LIMITS, include = false) =>
  sparkPaths(points, [0, (points.length - 1) * MINUTE], limits, include);
const heights = (path: string) => [...path.matchAll(/ ([-\d.]+)/g)].map(([, y]) => Number(y));

describe('a sparkline', () => {
  it('looks flat for a machine that is only noisy', () => {
    const ys = heights(draw(series(65, 65.6, 64.8, 65.3, 65.1, 64.7)).calm);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(SPARK_BOX / 10);
  });

  it('is hot exactly where it is past the limit', () => {
    const { calm, hot, limitY } = draw(series(70, 72, 78, 84, 86), LIMITS, true);
    expect(limitY).not.toBeNull();
    expect(hot.startsWith('M')).toBe(true);
    expect(Math.max(...heights(hot))).toBeCloseTo(limitY as number, 0);
    expect(Math.min(...heights(calm))).toBeCloseTo(limitY as number, 0);
  });

  it('is not drawn through a gap, and not past the newest point', () => {
    const points = [...series(60, 61, 62), { timeMs: 20 * MINUTE, value: 63 }, { timeMs: 21 * MINUTE, value: 63 }];
    const { calm, last } = sparkPaths(points, [0, 30 * MINUTE], LIMITS, false);
    expect(calm.match(/M/g)).toHaveLength(2);
    expect(last?.x).toBeLessThan(SPARK_BOX * 0.75);
  });

  it('is nothing where there is no point in the window', () => {
    expect(sparkPaths(series(60, 61), [30 * MINUTE, 60 * MINUTE], LIMITS, false)).toEqual({
      calm: '',
      hot: '',
      last: null,
      limitY: null,
    });
  });

  it('stays in its box, whatever the values', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const limits = fc.constantFrom(LIMITS, NO_LIMITS, { ...NO_LIMITS, high: 0 }, { ...NO_LIMITS, low: -5 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 60 }), limits, fc.boolean(), (values, of, include) => {
        const { calm, hot } = draw(series(...values), of, include);
        for (const y of heights(calm + hot)) {
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(SPARK_BOX);
        }
      }),
    );
  });
});

describe('the limit of a sparkline', () => {
  it('is the one the value is past, else the closest', () => {
    expect(sparkLimit(90, LIMITS)).toEqual({ value: 88, above: true });
    expect(sparkLimit(82, LIMITS)).toEqual({ value: 80, above: true });
    expect(sparkLimit(45, LIMITS)).toEqual({ value: 50, above: false });
    expect(sparkLimit(55, LIMITS)).toEqual({ value: 50, above: false });
    expect(sparkLimit(75, LIMITS)).toEqual({ value: 80, above: true });
    expect(sparkLimit(75, NO_LIMITS)).toBeNull();
  });
});
