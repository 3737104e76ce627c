// Arithmetic of time buckets: widths, starts, and which rollup answers which interval.

/** Widths of buckets, which are aligned to UTC. `raw` is not a bucket. */
export const INTERVALS_MS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
} as const;
export type Interval = keyof typeof INTERVALS_MS;

/** Intervals of the stored rollups. Every other interval is made from one of them. */
export const ROLLUP_INTERVALS = ['1m', '1h', '1d'] as const;
export type RollupInterval = (typeof ROLLUP_INTERVALS)[number];

export const HOUR_MS = INTERVALS_MS['1h'];
export const DAY_MS = INTERVALS_MS['1d'];
export const HOURS_PER_DAY = DAY_MS / HOUR_MS;

/** The coarsest rollup whose buckets add up to those of the interval. */
export const ROLLUP_OF: Record<Interval, RollupInterval> = {
  '1m': '1m',
  '5m': '1m',
  '15m': '1m',
  '1h': '1h',
  '1d': '1d',
};

/** Start of the UTC-aligned bucket that contains `timestampMs`, also before 1970. */
export function bucketStart(timestampMs: number, widthMs: number): number {
  return Math.floor(timestampMs / widthMs) * widthMs;
}

/** Whole hours since 1970, which number the partitions. */
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
