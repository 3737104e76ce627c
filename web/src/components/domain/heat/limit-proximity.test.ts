import { type EffectiveLimits, METRIC_NAMES, perMetric } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitProximity, type ProximityStep, proximityStep } from './limit-proximity.ts';

const limits = (more: Partial<EffectiveLimits>): EffectiveLimits => ({
  low_low: null,
  low: null,
  high: null,
  high_high: null,
  ...more,
});
const first = (more: Partial<EffectiveLimits>) => perMetric(({ name }) => limits(name === METRIC_NAMES[0] ? more : {}));
const stepOf = (value: number, more: Partial<EffectiveLimits>, before?: ProximityStep) =>
  proximityStep((metric) => (metric === 0 ? value : Number.NaN), first(more), before);

describe('how near a value is to its limits', () => {
  it('is nothing in the middle of the band and all of it at either limit', () => {
    expect(limitProximity(65, limits({ low: 50, high: 80 }))).toBe(0);
    expect(limitProximity(80, limits({ low: 50, high: 80 }))).toBe(1);
    expect(limitProximity(50, limits({ low: 50, high: 80 }))).toBe(1);
  });

  it('counts from half of the way where there is one limit only', () => {
    expect(limitProximity(0, limits({ high: 150 }))).toBe(0);
    expect(limitProximity(75, limits({ high: 150 }))).toBe(0);
    expect(limitProximity(112.5, limits({ high: 150 }))).toBeCloseTo(0.5);
    expect(limitProximity(150, limits({ high: 150 }))).toBe(1);
    expect(limitProximity(10, limits({ low: 10 }))).toBe(1);
  });

  it('is not known without a limit or a value', () => {
    expect(limitProximity(5, limits({}))).toBeNaN();
    expect(limitProximity(Number.NaN, limits({ high: 1 }))).toBeNaN();
    expect(stepOf(Number.NaN, { high: 1 })).toBe(1);
  });

  it('gives the four steps of grey, the nearest metric deciding', () => {
    const band = { low: 0, high: 200 };
    expect([100, 165, 185, 195].map((value) => stepOf(value, band))).toEqual([1, 2, 3, 4]);
    const all = perMetric(() => limits(band));
    expect(proximityStep((metric) => (metric === 1 ? 199 : 100), all)).toBe(4);
  });

  it('does not flicker at a border', () => {
    const band = { low: 0, high: 200 };
    expect(stepOf(160.5, band, 1)).toBe(1);
    expect(stepOf(159.5, band, 2)).toBe(2);
    expect(stepOf(165, band, 1)).toBe(2);
    expect(stepOf(155, band, 2)).toBe(1);
  });

  it('never falls as a value comes nearer', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (a, b) => {
          const [near, far] = a < b ? [b, a] : [a, b];
          expect(stepOf(100 + near, { low: 0, high: 200 })).toBeGreaterThanOrEqual(
            stepOf(100 + far, { low: 0, high: 200 }),
          );
        },
      ),
    );
  });
});
