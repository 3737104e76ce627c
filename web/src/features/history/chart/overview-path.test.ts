import { describe, expect, it } from 'vitest';
import { overviewPath } from './overview-path.ts';

const points = (xs: number[], mean: number[]) => ({
  timesMs: xs,
  xs,
  mean,
  min: mean,
  max: mean,
  count: xs.map(() => 1),
});

describe('the line of the overview', () => {
  it('reaches from the lowest to the highest, and is broken in a gap', () => {
    const path = overviewPath(points([0, 250, 750, 1000], [0, 5, 10, 0]), [[300, 700]], { fromMs: 0, toMs: 1000 });
    expect(path).toBe('M0.0 90.0L250.0 50.0M750.0 10.0L1000.0 90.0');
  });

  it('lies in the middle where nothing changes, and is empty without points', () => {
    expect(overviewPath(points([0, 1000], [7, 7]), [], { fromMs: 0, toMs: 1000 })).toBe('M0.0 50.0L1000.0 50.0');
    expect(overviewPath(points([], []), [], { fromMs: 0, toMs: 1 })).toBe('');
  });
});
