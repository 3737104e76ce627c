// The range of a query about alerts of the past.

import { isoTime } from '@gonsters/contract';
import { AppError } from '../errors.ts';

const DEFAULT_RANGE_MS = 30 * 86_400_000;

/** `to` defaults to the present, `from` to 30 days earlier. @throws AppError `validation_failed` for an empty range */
export function alertRange(query: { from?: number | undefined; to?: number | undefined }, nowMs: number) {
  const toMs = query.to ?? nowMs;
  const fromMs = query.from ?? toMs - DEFAULT_RANGE_MS;
  refuseEmptyRange(fromMs, toMs);
  return { fromMs, toMs };
}

/** @throws AppError `validation_failed` */
export function refuseEmptyRange(fromMs: number | undefined, toMs: number | undefined): void {
  if (fromMs === undefined || toMs === undefined || fromMs < toMs) return;
  throw new AppError('validation_failed', undefined, {
    faults: [{ parameter: 'from', error: 'from must be before to', value: isoTime(fromMs) }],
  });
}
