// The arithmetic of time buckets: widths, starts, and which stored interval an interval is made from.

import { INTERVALS_MS, type Interval } from './reading-store.ts';

/** Stored summaries; every other interval is made from one of them. */
export const ROLLUP_INTERVALS = ['1m', '1h', '1d'] as const;
export type RollupInterval = (typeof ROLLUP_INTERVALS)[number];

export const HOUR_MS = INTERVALS_MS['1h'];
export const DAY_MS = INTERVALS_MS['1d'];
export const HOURS_PER_DAY = DAY_MS / HOUR_MS;

/** The coarsest interval whose buckets add up to the interval's. */
export const ROLLUP_OF: Record<Interval, RollupInterval> = {
  '1m': '1m',
  '5m': '1m',
  '15m': '1m',
  '1h': '1h',
  '1d': '1d',
};

/** Start of the UTC-aligned bucket that holds `timestampMs`; right before 1970, too. */
export function bucketStart(timestampMs: number, widthMs: number): number {
  return Math.floor(timestampMs / widthMs) * widthMs;
}

/** Whole hours since 1970: the number of the partition that holds `timestampMs`. */
export function hourOf(timestampMs: number): number {
  return Math.floor(timestampMs / HOUR_MS);
}

export function dayOf(hour: number): number {
  return Math.floor(hour / HOURS_PER_DAY);
}

/** Consecutive numbers as runs, both ends included. */
export function runsOf(numbers: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs;
}
