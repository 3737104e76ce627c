import { describe, expect, it } from 'vitest';
import { ReadingSeries } from '../../../live/readings/reading-series.ts';
import { trendPerMinute } from './trend.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = 1_000 * MINUTE;

function series(valueAt: (minutesAgo: number) => number, fromMs = NOW - 10 * MINUTE, toMs = NOW): ReadingSeries {
  const made = new ReadingSeries();
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += SECOND) {
    made.add(timeMs, (metric) => (metric === 0 ? valueAt((NOW - timeMs) / MINUTE) : Number.NaN), 'newer');
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
        0,
        NOW,
      ),
    ).toBeCloseTo(0.8, 3);
    expect(
      trendPerMinute(
        series((ago) => 90 + 3 * ago + noise(ago)),
        0,
        NOW,
      ),
    ).toBeCloseTo(-3, 0);
  });

  it('is that of the last five minutes only', () => {
    expect(
      trendPerMinute(
        series((ago) => (ago > 5 ? 20 : 80 - ago)),
        0,
        NOW,
      ),
    ).toBeCloseTo(1, 2);
  });

  it('is steady where nothing moves, little does, or noise alone', () => {
    expect(
      trendPerMinute(
        series(() => 70),
        0,
        NOW,
      ),
    ).toBe(0);
    expect(
      trendPerMinute(
        series(() => 0),
        0,
        NOW,
      ),
    ).toBe(0);
    expect(
      trendPerMinute(
        series((ago) => 70 - 0.05 * ago),
        0,
        NOW,
      ),
    ).toBe(0);
    expect(
      trendPerMinute(
        series((ago) => 70 + noise(ago)),
        0,
        NOW,
      ),
    ).toBe(0);
  });

  it('is not known from a moment, from nothing, and from what is long past', () => {
    expect(
      trendPerMinute(
        series((ago) => ago, NOW - 30 * SECOND),
        0,
        NOW,
      ),
    ).toBeNull();
    expect(trendPerMinute(new ReadingSeries(), 0, NOW)).toBeNull();
    expect(
      trendPerMinute(
        series((ago) => ago),
        1,
        NOW,
      ),
    ).toBeNull();
    expect(
      trendPerMinute(
        series((ago) => ago, NOW - 5 * MINUTE, NOW - 2 * MINUTE),
        0,
        NOW,
      ),
    ).toBeNull();
  });
});
