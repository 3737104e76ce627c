import { DEFAULT_SETTINGS, LIMIT_KINDS, type MachineLimits, METRIC_NAMES, type Settings } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeedMetrics } from '../../test/support/seed-metrics.ts';
import { effectiveLimits, plantLimits } from './effective-limits.ts';

/** The limits in force of a plant with these settings. */
const limitsWith = (settings: Settings, own: MachineLimits = {}, ofType: MachineLimits = {}) => {
  const catalogue = new SeedMetrics({ all: () => settings });
  return effectiveLimits(own, ofType, plantLimits(catalogue), catalogue);
};
const temperature = (own: MachineLimits['temperature'], ofType: MachineLimits['temperature'], plant = {}) =>
  limitsWith({ ...DEFAULT_SETTINGS, ...plant }, { temperature: own }, { temperature: ofType }).temperature;

describe('limits in force', () => {
  test('are the plant-wide ones without overrides, with high-high 10 % above high', () => {
    const limits = limitsWith(DEFAULT_SETTINGS);
    expect(limits.temperature).toEqual({ low_low: null, low: 50, high: 80, high_high: 88 });
    expect(limits.pressure).toEqual({ low_low: null, low: null, high: 150, high_high: 165 });
    expect(limits.speed).toEqual({ low_low: null, low: null, high: null, high_high: null });
  });

  test('come from the machine before the sensor type, and from the sensor type before the plant, for each limit', () => {
    expect(temperature({ high: 70 }, { high: 75, high_high: 90, low: 10 })).toEqual({
      low_low: null,
      low: 10,
      high: 70,
      high_high: 90,
    });
    expect(temperature({ low_low: 5 }, { low: 20 })).toEqual({ low_low: 5, low: 20, high: 80, high_high: 88 });
    expect(temperature({ low: 0 }, undefined)).toMatchObject({ low: 0 });
  });

  test('ignore a more general limit that contradicts a more specific one', () => {
    expect(temperature({ high: 40 }, undefined)).toEqual({ low_low: null, low: null, high: 40, high_high: 44 });
    expect(temperature({ high: 95 }, { high_high: 90 })).toMatchObject({ high: 95, high_high: 104.5 });
    expect(temperature({ high_high: 70 }, undefined)).toMatchObject({ low: 50, high: null, high_high: 70 });
  });

  test.each([
    [-20, -18],
    [0, null],
    [0.1, 0.11],
    [33.3, 36.63],
  ])('have a high-high above a high of %d: %s', (high, highHigh) => {
    expect(temperature({ high }, undefined).high_high).toBe(highHigh);
  });

  test('always ascend, and always include the limits of the machine itself', () => {
    const value = fc.option(fc.double({ min: -200, max: 900, noNaN: true }));
    const rule = fc.tuple(value, value, value, value).map((values) => {
      const sorted = [...new Set(values.filter((each) => each !== null))].toSorted((a, b) => a - b);
      const taken = values.map((each) => (each === null ? null : (sorted.shift() ?? null)));
      return { low_low: taken[0], low: taken[1], high: taken[2], high_high: taken[3] };
    });
    const text = fc.option(fc.integer({ min: -200, max: 900 })).map((each) => (each === null ? '' : String(each)));
    fc.assert(
      fc.property(rule, rule, text, text, (own, ofType, min, max) => {
        const changes = { min_temperature_threshold: min, max_temperature_threshold: max };
        const limits = temperature(own, ofType, changes);
        const set = LIMIT_KINDS.toReversed().flatMap((kind) => limits[kind] ?? []);
        expect(set).toEqual([...new Set(set)].toSorted((a, b) => a - b));
        for (const kind of LIMIT_KINDS) if (own[kind] != null) expect(limits[kind]).toBe(own[kind]);
        if (limits.high !== null && Math.abs(limits.high) > 1e-9) expect(limits.high_high).not.toBeNull();
      }),
    );
  });

  test('exist for every metric of the catalogue', () => {
    expect(Object.keys(limitsWith({}))).toEqual(METRIC_NAMES);
  });
});
