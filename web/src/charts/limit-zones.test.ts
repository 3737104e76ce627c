import type { EffectiveLimits } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_LIMITS, scaleRange, zoneOf } from './limit-zones.ts';

const LIMITS: EffectiveLimits = { high_high: 88, high: 80, low: 50, low_low: 40 };

describe('limit zones', () => {
  it('begin past a limit, not on it', () => {
    expect([40, 39.9, 50, 49.9, 80, 80.1, 88, 88.1].map((value) => zoneOf(value, LIMITS))).toEqual([
      'low',
      'low_low',
      'normal',
      'low',
      'normal',
      'high',
      'high',
      'high_high',
    ]);
  });

  it('are all normal without limits, also for zero', () => {
    expect([-5, 0, 1e5].map((value) => zoneOf(value, NO_LIMITS))).toEqual(['normal', 'normal', 'normal']);
  });
});

describe('the scale of a chart', () => {
  it('shows every value, and is never so narrow that noise fills it', () => {
    fc.assert(
      fc.property(
        fc.float({ min: -300, max: 100_000, noNaN: true }),
        fc.float({ min: 0, max: 5_000, noNaN: true }),
        fc.constantFrom(LIMITS, NO_LIMITS),
        (min, span, limits) => {
          const [low, high] = scaleRange(min, min + span, limits);
          expect(low).toBeLessThanOrEqual(min);
          expect(high).toBeGreaterThanOrEqual(min + span);
          expect(high - low).toBeGreaterThanOrEqual(Math.min(1, Math.abs(min + span) * 0.1));
        },
      ),
    );
  });

  it('reaches below zero only where a value or a limit does', () => {
    expect(scaleRange(0, 0.38, NO_LIMITS)[0]).toBe(0);
    expect(scaleRange(0, 1500, NO_LIMITS)[0]).toBe(0);
    expect(scaleRange(-0.27, 0.38, NO_LIMITS)[0]).toBeLessThanOrEqual(-0.27);
    expect(scaleRange(2, 3, { ...NO_LIMITS, low: -1, low_low: null })[0]).toBeGreaterThanOrEqual(0);
    expect(scaleRange(0, 3, { ...NO_LIMITS, low: -1 })[0]).toBeLessThanOrEqual(-1);
  });

  it('shows the limit that is near and leaves out the one that is far', () => {
    const [low, high] = scaleRange(71, 73, LIMITS);
    expect(high).toBeGreaterThanOrEqual(80);
    expect(low).toBeGreaterThan(50);
  });

  it('shows the critical limit as soon as the warning one is passed', () => {
    expect(scaleRange(75, 81, LIMITS)[1]).toBeGreaterThanOrEqual(88);
  });
});
