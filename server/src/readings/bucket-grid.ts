// How time is divided into buckets: of equal width in UTC, or days, weeks and months of a time zone.

import { fromLocalMs, type IntervalName, toLocalMs, zoneOffsetMs } from '@gonsters/contract';
import { bucketStart, DAY_MS, HOUR_MS, INTERVALS_MS, ROLLUP_OF, type RollupInterval } from './time-buckets.ts';

export type BucketInterval = Exclude<IntervalName, 'raw'>;

/**
 * Rollups of days of a time zone are kept within these bounds, UTC ms, in which a calendar of any zone is certain. Days
 * beyond them are made from hours.
 */
export const LOCAL_DAYS_WITHIN = { fromMs: 0, toMs: Date.UTC(9000, 0) } as const;

/** Days of a time zone that are not those of UTC. */
export interface LocalDays {
  readonly zone: string;
  /** Start of the day that contains `timestampMs`, UTC ms. */
  startOf(timestampMs: number): number;
  /** End of the day that starts at `startMs`. */
  endOf(startMs: number): number;
}

export interface BucketGrid {
  /** The coarsest stored rollup whose buckets never cross a boundary of the grid. */
  readonly rollup: RollupInterval;
  /** The days of which the buckets consist, unless they are those of UTC. */
  readonly localDays?: LocalDays;
  /** Start of the bucket that contains `timestampMs`, UTC ms. */
  startOf(timestampMs: number): number;
  /** End of the bucket that starts at `startMs`, which is the start of the next one. */
  endOf(startMs: number): number;
}

/** Typical width in ms, to choose between intervals. */
export const TYPICAL_WIDTH_MS: Record<BucketInterval, number> = {
  ...INTERVALS_MS,
  '1w': 7 * DAY_MS,
  '1mo': 30 * DAY_MS,
};

/**
 * Days, weeks (from Monday) and months are those of `zone`; a day on which clocks change has 23 or 25 hours. Shorter buckets
 * are aligned to UTC. Throws a RangeError for an unknown zone.
 */
export function bucketGrid(interval: BucketInterval, zone = 'UTC'): BucketGrid {
  if (interval !== '1d' && interval !== '1w' && interval !== '1mo')
    return equalGrid(INTERVALS_MS[interval], ROLLUP_OF[interval]);
  const rollup = rollupOf(zone);
  if (rollup === '1d' && interval === '1d') return equalGrid(DAY_MS, '1d');
  const grid = calendarGrid(interval, zone, rollup);
  if (rollup === '1d') return grid;
  // Another object than the grid, because each of them keeps the bucket that was found last.
  return { ...grid, localDays: { zone, ...daysOf(zone, rollup) } };
}

/** The days of a time zone; null if they are those of UTC. */
export function localDaysOf(zone: string): LocalDays | null {
  return bucketGrid('1d', zone).localDays ?? null;
}

function daysOf(zone: string, rollup: RollupInterval): Pick<LocalDays, 'startOf' | 'endOf'> {
  const { startOf, endOf } = calendarGrid('1d', zone, rollup);
  return { startOf, endOf };
}

function equalGrid(widthMs: number, rollup: RollupInterval): BucketGrid {
  return {
    rollup,
    startOf: (timestampMs) => bucketStart(timestampMs, widthMs),
    endOf: (startMs) => startMs + widthMs,
  };
}

function calendarGrid(interval: '1d' | '1w' | '1mo', zone: string, rollup: RollupInterval): BucketGrid {
  // Rows come in the order of time, so that the last bucket nearly always contains the next time as well.
  let start = Number.NaN;
  let end = Number.NaN;
  const find = (timestampMs: number) => {
    const local = toLocalMs(zone, timestampMs);
    start = fromLocalMs(zone, localStart(interval, local));
    end = fromLocalMs(zone, localEnd(interval, localStart(interval, local)));
  };
  return {
    rollup,
    startOf(timestampMs) {
      if (!(timestampMs >= start && timestampMs < end)) find(timestampMs);
      return start;
    },
    endOf(startMs) {
      if (startMs !== start) find(startMs);
      return end;
    },
  };
}

/** 1 January 1970 was a Thursday. */
const FIRST_MONDAY_MS = -3 * DAY_MS;

function localStart(interval: '1d' | '1w' | '1mo', localMs: number): number {
  if (interval === '1d') return bucketStart(localMs, DAY_MS);
  if (interval === '1w') return FIRST_MONDAY_MS + bucketStart(localMs - FIRST_MONDAY_MS, 7 * DAY_MS);
  const date = new Date(localMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function localEnd(interval: '1d' | '1w' | '1mo', startMs: number): number {
  if (interval === '1d') return startMs + DAY_MS;
  if (interval === '1w') return startMs + 7 * DAY_MS;
  const date = new Date(startMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

const FIRST_YEAR = 1990;
const LAST_YEAR = 2050;
const MONTHS_APART = 3;

/** Days of UTC have a rollup of their own; others are made of hours, or of minutes where an offset is not a whole hour. */
function rollupOf(zone: string): RollupInterval {
  let rollup: RollupInterval = '1d';
  for (let month = 0; month < 12 * (LAST_YEAR - FIRST_YEAR); month += MONTHS_APART) {
    const offset = zoneOffsetMs(zone, Date.UTC(FIRST_YEAR, month, 15));
    if (offset % HOUR_MS !== 0) return '1m';
    if (offset !== 0) rollup = '1h';
  }
  return rollup;
}
