// The time range of a query for readings.

import { isoTime } from '@gonsters/contract';
import { AppError } from '../errors.ts';

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
