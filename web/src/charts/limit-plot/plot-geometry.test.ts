import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryPoints } from '../history/history-lines.ts';
import { NO_LIMITS } from '../limit-zones.ts';
import { envelopePath, linePath, nearestPoint, plotRange, plotScale, spreadOut, valueTicks } from './plot-geometry.ts';

const points = (pairs: [number, number][]): HistoryPoints => ({
  timesMs: pairs.map(([time]) => time),
  xs: pairs.map(([time]) => time),
  mean: pairs.map(([, value]) => value),
  min: pairs.map(([, value]) => value - 1),
  max: pairs.map(([, value]) => value + 1),
  count: pairs.map(() => 1),
});
const scale = plotScale({ left: 10, top: 0, width: 100, height: 50 }, { fromMs: 0, toMs: 100 }, [0, 10]);

describe('the plot of a metric against its limits', () => {
  it('has a line that breaks at gaps, and a dot where a value is alone', () => {
    const line = linePath(
      points([
        [0, 0],
        [10, 10],
        [60, 5],
      ]),
      scale,
      [[10, 60]],
    );
    expect(line).toBe('M10.0 50.0L20.0 0.0M70.0 25.0h0');
  });

  it('has an envelope around the values between two gaps', () => {
    const envelope = envelopePath(
      points([
        [0, 5],
        [50, 5],
      ]),
      scale,
      [],
    );
    expect(envelope).toBe('M10.0 20.0L60.0 20.0L60.0 30.0L10.0 30.0Z');
  });

  it('shows every limit that is asked for', () => {
    const [low, high] = plotRange(points([[0, 5]]), NO_LIMITS, [90]);
    expect(low).toBeLessThanOrEqual(4);
    expect(high).toBeGreaterThanOrEqual(90);
  });

  it('reads a position as the value and the time that are drawn there', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10, noNaN: true }), fc.integer({ min: 0, max: 100 }), (value, time) => {
        expect(scale.valueAt(scale.y(value))).toBeCloseTo(value, 6);
        expect(scale.timeAt(scale.x(time))).toBeCloseTo(time, 6);
      }),
    );
  });

  it('has round ticks inside the range', () => {
    expect(valueTicks([62, 94], 6)).toEqual([70, 80, 90]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        (low, span) => {
          const ticks = valueTicks([low, low + span], 6);
          expect(ticks.length).toBeGreaterThan(0);
          expect(ticks.length).toBeLessThanOrEqual(8);
        },
      ),
    );
  });

  it('keeps handles apart and inside where there is room', () => {
    expect(spreadOut([10, 12, 40], 20, 100)).toEqual([10, 30, 50]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 }), (wanted) => {
        const placed = spreadOut(wanted, 20, 100).toSorted((a, b) => a - b);
        for (let i = 1; i < placed.length; i++) {
          expect((placed[i] as number) - (placed[i - 1] as number)).toBeGreaterThanOrEqual(20);
        }
        expect(placed.at(-1)).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('finds the point that is closest to the cursor', () => {
    expect(nearestPoint(points([]), 5)).toBe(-1);
    const some = points([
      [0, 0],
      [10, 0],
      [30, 0],
    ]);
    expect([-5, 4, 6, 19, 21, 99].map((time) => nearestPoint(some, time))).toEqual([0, 0, 1, 1, 2, 2]);
  });
});
