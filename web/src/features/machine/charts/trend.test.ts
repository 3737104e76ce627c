import { describe, expect, it } from 'vitest';
import { GOOD, MetricSeries } from '../../../live/readings/metric-series.ts';
import { trendPerMinute } from './trend.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = 1_000 * MINUTE;

function series(valueAt: (minutesAgo: number) => number, fromMs = NOW - 10 * MINUTE, toMs = NOW): MetricSeries {
  const made = new MetricSeries(36_000);
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += SECOND) {
    made.add(timeMs, valueAt((NOW - timeMs) / MINUTE), GOOD, 'newer');
  }
  return made;
}
/** The same every time, and as likely up as down. */
const noise = (minutesAgo: number) => Math.sin(minutesAgo * 997) * 2;

describe('the trend of a value', () => {
  it('is its change per minute', () => {
    expect(
      trendPerMinute(
        series((ago) => 90 - 0.8 * ago),
        1,
        NOW,
      ),
    ).toBeCloseTo(0.8, 3);
    expect(
      trendPerMinute(
        series((ago) => 90 + 3 * ago + noise(ago)),
        1,
        NOW,
      ),
    ).toBeCloseTo(-3, 0);
  });

  it('is that of the last five minutes only', () => {
    expect(
      trendPerMinute(
        series((ago) => (ago > 5 ? 20 : 80 - ago)),
        1,
        NOW,
      ),
    ).toBeCloseTo(1, 2);
  });

  it('is steady where nothing moves, little does, or noise alone', () => {
    expect(
      trendPerMinute(
        series(() => 70),
        1,
        NOW,
      ),
    ).toBe(0);
    expect(
      trendPerMinute(
        series(() => 0),
        1,
        NOW,
      ),
    ).toBe(0);
    expect(
      trendPerMinute(
        series((ago) => 70 - 0.05 * ago),
        1,
        NOW,
      ),
    ).toBe(0);
    expect(
      trendPerMinute(
        series((ago) => 70 + noise(ago)),
        1,
        NOW,
      ),
    ).toBe(0);
  });

  it('is not known from a moment, from nothing, and from what is long past', () => {
    expect(
      trendPerMinute(
        series((ago) => ago, NOW - 30 * SECOND),
        1,
        NOW,
      ),
    ).toBeNull();
    expect(trendPerMinute(new MetricSeries(1), 1, NOW)).toBeNull();
    expect(
      trendPerMinute(
        series((ago) => ago, NOW - 5 * MINUTE, NOW - 2 * MINUTE),
        1,
        NOW,
      ),
    ).toBeNull();
  });
});
