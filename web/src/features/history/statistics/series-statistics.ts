// Statistics of a series over what of a view there is, from the points that are drawn: single readings, or buckets by their means.

import type { IntervalName } from '@gonsters/contract';
import { type HistoryPoints, INTERVAL_MS } from '../../../charts/history/history-lines.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';

export const PERCENTILES = [5, 50, 95] as const;

export interface SeriesStatistics {
  /** Of the readings, not of the means. NaN where there is none, as are all others. */
  min: number;
  max: number;
  mean: number;
  deviation: number;
  /** In the order of `PERCENTILES`. */
  percentiles: number[];
  /** null without a limit. */
  aboveMs: number | null;
  /** Readings behind it. */
  count: number;
}

/** A reading lasts until the next one, at most so many times the usual step. */
const HOLD_STEPS = 3;

export function statisticsOf(
  { xs, timesMs, mean, min, max, count }: HistoryPoints,
  interval: IntervalName,
  { fromMs, toMs }: TimeSpan,
  high: number | null,
): SeriesStatistics {
  const seen = xs.flatMap((x, i) => (x >= fromMs && x <= toMs ? [i] : []));
  const total = seen.reduce((sum, i) => sum + (count[i] as number), 0);
  const average = seen.reduce((sum, i) => sum + (mean[i] as number) * (count[i] as number), 0) / total;
  const square = seen.reduce((sum, i) => sum + ((mean[i] as number) - average) ** 2 * (count[i] as number), 0);
  const none = seen.length === 0;
  return {
    min: none ? Number.NaN : seen.reduce((least, i) => Math.min(least, min[i] as number), Number.POSITIVE_INFINITY),
    max: none ? Number.NaN : seen.reduce((most, i) => Math.max(most, max[i] as number), Number.NEGATIVE_INFINITY),
    mean: average,
    deviation: Math.sqrt(square / total),
    percentiles: percentilesOf(seen.map((i) => [mean[i] as number, count[i] as number])),
    aboveMs: high === null ? null : aboveMs(seen, { timesMs, mean }, INTERVAL_MS[interval], high, { fromMs, toMs }),
    count: total,
  };
}

/** The nearest rank of each: the smallest value that at least so many percent do not exceed. */
function percentilesOf(weighted: [value: number, weight: number][]): number[] {
  const sorted = weighted.sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  return PERCENTILES.map((percent) => {
    let left = (total * percent) / 100;
    for (const [value, weight] of sorted) {
      left -= weight;
      if (left <= 0) return value;
    }
    return sorted.at(-1)?.[0] ?? Number.NaN;
  });
}

function aboveMs(
  seen: readonly number[],
  { timesMs, mean }: Pick<HistoryPoints, 'timesMs' | 'mean'>,
  widthMs: number,
  high: number,
  { fromMs, toMs }: TimeSpan,
): number {
  const steps = seen.slice(1).map((i) => (timesMs[i] as number) - (timesMs[i - 1] as number));
  const usual = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return seen.reduce((sum, i) => {
    if ((mean[i] as number) <= high) return sum;
    const start = timesMs[i] as number;
    const end = widthMs > 0 ? start + widthMs : Math.min(timesMs[i + 1] ?? start + usual, start + HOLD_STEPS * usual);
    return sum + Math.max(0, Math.min(end, toMs) - Math.max(start, fromMs));
  }, 0);
}
