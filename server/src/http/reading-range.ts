// The range that a query for readings names, with what it left open filled in.

import { isoTime } from '@gonsters/contract';
import { AppError } from '../errors.ts';

/** @throws AppError `validation_failed` where it would end before it starts */
export function rangeOf(
  query: { start_time: number; end_time?: number | undefined },
  nowMs: number,
): { fromMs: number; toMs: number } {
  const fromMs = query.start_time;
  const toMs = query.end_time ?? nowMs;
  if (fromMs < toMs) return { fromMs, toMs };
  throw new AppError('validation_failed', undefined, {
    faults: [{ parameter: 'start_time', error: 'Must be before end_time, which is now', value: isoTime(fromMs) }],
  });
}

/** The range as it is told in the reply. */
export function shownRange({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  return { start_time: isoTime(fromMs), end_time: isoTime(toMs) };
}
