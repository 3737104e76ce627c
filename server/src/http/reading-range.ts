// The time range of a query for readings.

import { isoTime } from '@gonsters/contract';
import { AppError } from '../errors.ts';
import type { BucketGrid } from '../readings/bucket-grid.ts';
import type { ReadingStore, RetentionDays } from '../readings/reading-store.ts';
import { DAY_MS } from '../readings/time-buckets.ts';

/** `end_time` defaults to the present. @throws AppError `validation_failed` if the range is empty */
export function rangeOf(
  query: { start_time: number; end_time?: number | undefined },
  nowMs: number,
): { fromMs: number; toMs: number } {
  const fromMs = query.start_time;
  const toMs = query.end_time ?? nowMs;
  if (fromMs < toMs) return { fromMs, toMs };
  throw new AppError('validation_failed', undefined, {
    faults: [
      {
        parameter: 'start_time',
        error: 'start_time must be before end_time, which is the present where it is absent',
        value: isoTime(fromMs),
      },
    ],
  });
}

/** The range as the reply shows it. */
export function shownRange({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  return { start_time: isoTime(fromMs), end_time: isoTime(toMs) };
}

/**
 * Days of UTC and of the zone of the plant are stored. Days of another zone are made of hours, and of minutes where the zone
 * is not whole hours from UTC, which are retained for a shorter time.
 *
 * @throws AppError `validation_failed` if the range begins before they do
 */
export function checkReach(
  { rollup, localDays }: BucketGrid,
  fromMs: number,
  nowMs: number,
  { readings, retention }: { readings: Pick<ReadingStore, 'localDaysFrom'>; retention: RetentionDays },
): void {
  if (localDays === undefined) return;
  const madeFromMs = nowMs - retention[rollup] * DAY_MS;
  const firstMs = Math.min(madeFromMs, readings.localDaysFrom(localDays.zone) ?? madeFromMs);
  if (fromMs >= firstMs) return;
  throw new AppError('validation_failed', undefined, {
    faults: [
      {
        parameter: 'start_time',
        error: `days of this time zone can be calculated back to ${isoTime(firstMs)}; use tz=UTC for earlier ones`,
        value: isoTime(fromMs),
      },
    ],
  });
}
