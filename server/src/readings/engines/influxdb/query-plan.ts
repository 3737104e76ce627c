// Which parts of a range the summaries answer exactly, and which must be counted from single readings.

import { DAY_MS, HOUR_MS, hourOf, runsOf, type Tier } from '../../time-buckets.ts';
import type { Source, TimeRange } from './influxql.ts';
import type { RollupState } from './rollup-state.ts';

export interface QueryPart extends TimeRange {
  readonly source: Source;
}

const MINUTE_MS = 60_000;
/** With more stretches of late hours than this, everything between the first and the last is read raw. */
const MAX_LATE_RUNS = 8;

/**
 * Disjoint parts in ascending order. Whole hours that are settled and not `late` come from `tier`, for days from whole
 * days and the hours beside them; where single readings are not kept any more, summaries are all there is.
 */
export function planQuery(
  { fromMs, toMs }: TimeRange,
  tier: Tier,
  state: RollupState,
  late: ReadonlySet<number> = new Set(),
): QueryPart[] {
  const parts: QueryPart[] = [];
  const add = (source: Source, from: number, to: number) => {
    if (from < to) parts.push({ source, fromMs: from, toMs: to });
  };
  const rawFromMs = state.keptFromMs.raw;
  const settledToMs = Math.min(floorTo(toMs, HOUR_MS), state.settledUntilMs);
  let atMs = fromMs;

  // Older than every single reading: minutes where the range cuts an hour.
  const expiredToMs = Math.min(toMs, rawFromMs);
  if (atMs < expiredToMs) {
    const wholeFromMs = Math.min(ceilTo(atMs, HOUR_MS), expiredToMs);
    const wholeToMs = Math.max(floorTo(expiredToMs, HOUR_MS), wholeFromMs);
    add('1m', ceilTo(atMs, MINUTE_MS), floorTo(wholeFromMs, MINUTE_MS));
    addSettled(add, tier, wholeFromMs, wholeToMs);
    add('1m', wholeToMs, floorTo(expiredToMs, MINUTE_MS));
    atMs = expiredToMs;
  }

  for (const run of lateRuns(late, atMs, settledToMs)) {
    const cleanFromMs = ceilTo(atMs, HOUR_MS);
    const cleanToMs = Math.min(run.first * HOUR_MS, settledToMs);
    if (cleanFromMs < cleanToMs) {
      add('raw', atMs, cleanFromMs);
      addSettled(add, tier, cleanFromMs, cleanToMs);
      atMs = cleanToMs;
    }
    const lateToMs = Math.min((run.last + 1) * HOUR_MS, toMs);
    add('raw', atMs, lateToMs);
    atMs = Math.max(atMs, lateToMs);
  }
  const cleanFromMs = ceilTo(atMs, HOUR_MS);
  if (cleanFromMs < settledToMs) {
    add('raw', atMs, cleanFromMs);
    addSettled(add, tier, cleanFromMs, settledToMs);
    atMs = settledToMs;
  }
  add('raw', atMs, toMs);
  return joined(parts);
}

/** Whole hours, all of them summarised. */
function addSettled(add: (source: Source, from: number, to: number) => void, tier: Tier, from: number, to: number) {
  const dayFromMs = ceilTo(from, DAY_MS);
  const dayToMs = floorTo(to, DAY_MS);
  if (tier !== '1d' || dayFromMs >= dayToMs) {
    add(tier === '1d' ? '1h' : tier, from, to);
    return;
  }
  add('1h', from, dayFromMs);
  add('1d', dayFromMs, dayToMs);
  add('1h', dayToMs, to);
}

/** Of hours that overlap the range. */
function lateRuns(late: ReadonlySet<number>, fromMs: number, toMs: number): { first: number; last: number }[] {
  const runs = runsOf([...late].filter((hour) => hour >= hourOf(fromMs) && hour * HOUR_MS < toMs));
  const [first, last] = [runs[0], runs.at(-1)];
  return first && last && runs.length > MAX_LATE_RUNS ? [{ first: first.first, last: last.last }] : runs;
}

/** Neighbours of the same source as one. */
function joined(parts: readonly QueryPart[]): QueryPart[] {
  const result: QueryPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last && last.source === part.source && last.toMs === part.fromMs) {
      result[result.length - 1] = { ...last, toMs: part.toMs };
    } else result.push(part);
  }
  return result;
}

function ceilTo(timestampMs: number, widthMs: number): number {
  return Math.ceil(timestampMs / widthMs) * widthMs;
}

function floorTo(timestampMs: number, widthMs: number): number {
  return Math.floor(timestampMs / widthMs) * widthMs;
}
