// The days of a time zone within a range.

import { LOCAL_DAYS_WITHIN, type LocalDays } from './bucket-grid.ts';
import { HOUR_MS } from './time-buckets.ts';

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The first start of a day that is not before `atMs`. */
export function firstStart(days: LocalDays, atMs: number): number {
  if (!Number.isFinite(atMs)) return atMs;
  const startMs = days.startOf(atMs);
  return startMs === atMs ? atMs : days.endOf(startMs);
}

/** Starts of the days in a range that have one of the hours, ascending. In some zones an hour belongs to two days. */
function daysWith(hours: Iterable<number>, days: LocalDays, { fromMs, toMs }: Range): number[] {
  const starts = new Set<number>();
  for (const hour of hours) {
    for (const atMs of [hour * HOUR_MS, (hour + 1) * HOUR_MS - 1]) {
      if (atMs >= fromMs && atMs < toMs) starts.add(days.startOf(atMs));
    }
  }
  return [...starts].sort((a, b) => a - b);
}

/**
 * Divides a range: whole days that are stored, and what is left of it.
 *
 * @param stored days from `fromMs` on that end by `toMs`, except for those with one of the hours in `dirtyHours`
 */
export function divideDays(
  range: Range,
  days: LocalDays,
  stored: Range,
  dirtyHours: Iterable<number>,
  add: { days: (part: Range) => void; rest: (part: Range) => void },
): void {
  const fromMs = firstStart(days, Math.max(range.fromMs, stored.fromMs, LOCAL_DAYS_WITHIN.fromMs));
  const toMs = days.startOf(Math.min(range.toMs, stored.toMs, LOCAL_DAYS_WITHIN.toMs));
  if (!(fromMs < toMs)) {
    add.rest(range);
    return;
  }
  const given = (to: (part: Range) => void, part: Range) => {
    if (part.fromMs < part.toMs) to(part);
  };
  given(add.rest, { fromMs: range.fromMs, toMs: fromMs });
  let atMs = fromMs;
  for (const startMs of daysWith(dirtyHours, days, { fromMs, toMs })) {
    given(add.days, { fromMs: atMs, toMs: startMs });
    atMs = days.endOf(startMs);
    given(add.rest, { fromMs: startMs, toMs: atMs });
  }
  given(add.days, { fromMs: atMs, toMs });
  given(add.rest, { fromMs: toMs, toMs: range.toMs });
}
