// The trend of a value: its slope over the last minutes, or none where there is only noise.

import { lowerBound, type MetricSeries } from '../../../live/readings/metric-series.ts';

export const TREND_SPAN_MS = 5 * 60_000;
/** Less than this says nothing about a minute. */
const LEAST_SPAN_MS = 60_000;
const LEAST_POINTS = 5;
/** Less a minute than this share of the value is steady. */
const STEADY_SHARE = 0.005;
/** A slope within this many of its standard errors is noise. */
const STANDARD_ERRORS = 3;

/** Change per minute by least squares; 0 where it is steady, null where too little is known. */
export function trendPerMinute({ timesMs, values }: MetricSeries, decimals: number, nowMs: number): number | null {
  const originMs = nowMs - TREND_SPAN_MS;
  let [count, sumX, sumY, sumXX, sumXY, sumYY, firstX, lastX] = [0, 0, 0, 0, 0, 0, Number.NaN, Number.NaN];
  // From a value near all others, so that squares of large numbers do not swallow small differences.
  let base = Number.NaN;
  for (let row = lowerBound(timesMs, originMs); row < timesMs.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    if (count === 0) base = value;
    const x = ((timesMs[row] as number) - originMs) / 60_000;
    const y = value - base;
    if (count === 0) firstX = x;
    lastX = x;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
    sumYY += y * y;
  }
  const newestIsOld = nowMs - originMs - lastX * 60_000 > LEAST_SPAN_MS;
  if (count < LEAST_POINTS || (lastX - firstX) * 60_000 < LEAST_SPAN_MS || newestIsOld) return null;
  const spreadX = sumXX - (sumX * sumX) / count;
  const slope = (sumXY - (sumX * sumY) / count) / spreadX;
  const residuals = Math.max(0, sumYY - (sumY * sumY) / count - slope * slope * spreadX);
  const noise = STANDARD_ERRORS * Math.sqrt(residuals / (count - 2) / spreadX);
  const least = Math.max(10 ** -decimals, Math.abs(base + sumY / count) * STEADY_SHARE);
  return Math.abs(slope) < Math.max(least, noise) ? 0 : slope;
}
