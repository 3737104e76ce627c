// Decides which parts of a range the rollups answer exactly, and which are counted from single readings.

import type { BucketGrid } from '../../bucket-grid.ts';
import { divideDays } from '../../local-days.ts';
import { DAY_MS, HOUR_MS, hourOf, type RollupInterval, runsOf } from '../../time-buckets.ts';
import type { Source, TimeRange } from './influxql.ts';
import type { RollupState } from './rollup-state.ts';

export interface QueryPart extends TimeRange {
  readonly source: Source;
}
/** `local`: the days of the plant. */
export interface BucketPart extends TimeRange {
  readonly source: Source | 'local';
}

const MINUTE_MS = 60_000;
/** With more runs of dirty hours than this, everything between the first and the last is read raw. */
const MAX_DIRTY_RUNS = 8;

/**
 * The plan for the buckets of a grid. Days of the plant come from their rollups, unless the range cuts them or they have a dirty
 * hour. The rest is planned as `planQuery` does.
 */
export function planBuckets(
  range: TimeRange,
  { rollup, localDays }: Pick<BucketGrid, 'rollup' | 'localDays'>,
  state: RollupState,
  dirty: ReadonlySet<number> = new Set(),
): BucketPart[] {
  const local = state.localDays;
  if (localDays === undefined || local?.zone !== localDays.zone) return planQuery(range, rollup, state, dirty);
  const parts: BucketPart[] = [];
  const stored = { fromMs: Math.max(local.builtFromMs, local.firstMs), toMs: state.rolledUpUntilMs };
  divideDays(range, localDays, stored, dirty, {
    days: (days) => parts.push({ ...days, source: 'local' }),
    rest: (part) => parts.push(...planQuery(part, rollup, state, dirty)),
  });
  return parts;
}

/**
 * Disjoint parts in ascending order. Whole hours that are rolled up and not `dirty` come from the rollup of `interval`;
 * for days, from whole days and the hours next to them. Where single readings have expired, only rollups are used.
 */
export function planQuery(
  { fromMs, toMs }: TimeRange,
  interval: RollupInterval,
  state: RollupState,
  dirty: ReadonlySet<number> = new Set(),
): QueryPart[] {
  const parts: QueryPart[] = [];
  const add = (source: Source, from: number, to: number) => {
    if (from < to) parts.push({ source, fromMs: from, toMs: to });
  };
  const rawFromMs = state.retainedFromMs.raw;
  const rolledUpToMs = Math.min(floorTo(toMs, HOUR_MS), state.rolledUpUntilMs);
  let atMs = fromMs;

  // Before the first single reading: minutes where the range cuts an hour.
  const expiredToMs = Math.min(toMs, rawFromMs);
  if (atMs < expiredToMs) {
    const wholeFromMs = Math.min(ceilTo(atMs, HOUR_MS), expiredToMs);
    const wholeToMs = Math.max(floorTo(expiredToMs, HOUR_MS), wholeFromMs);
    add('1m', ceilTo(atMs, MINUTE_MS), floorTo(wholeFromMs, MINUTE_MS));
    addRolledUp(add, interval, wholeFromMs, wholeToMs);
    add('1m', wholeToMs, floorTo(expiredToMs, MINUTE_MS));
    atMs = expiredToMs;
  }

  for (const run of dirtyRuns(dirty, atMs, rolledUpToMs)) {
    const cleanFromMs = ceilTo(atMs, HOUR_MS);
    const cleanToMs = Math.min(run.first * HOUR_MS, rolledUpToMs);
    if (cleanFromMs < cleanToMs) {
      add('raw', atMs, cleanFromMs);
      addRolledUp(add, interval, cleanFromMs, cleanToMs);
      atMs = cleanToMs;
    }
    const dirtyToMs = Math.min((run.last + 1) * HOUR_MS, toMs);
    add('raw', atMs, dirtyToMs);
    atMs = Math.max(atMs, dirtyToMs);
  }
  const cleanFromMs = ceilTo(atMs, HOUR_MS);
  if (cleanFromMs < rolledUpToMs) {
    add('raw', atMs, cleanFromMs);
    addRolledUp(add, interval, cleanFromMs, rolledUpToMs);
    atMs = rolledUpToMs;
  }
  add('raw', atMs, toMs);
  return joined(parts);
}

/** Adds whole hours that are rolled up. */
function addRolledUp(
  add: (source: Source, from: number, to: number) => void,
  interval: RollupInterval,
  from: number,
  to: number,
) {
  const dayFromMs = ceilTo(from, DAY_MS);
  const dayToMs = floorTo(to, DAY_MS);
  if (interval !== '1d' || dayFromMs >= dayToMs) {
    add(interval === '1d' ? '1h' : interval, from, to);
    return;
  }
  add('1h', from, dayFromMs);
  add('1d', dayFromMs, dayToMs);
  add('1h', dayToMs, to);
}

/** Runs of dirty hours that overlap the range. */
function dirtyRuns(dirty: ReadonlySet<number>, fromMs: number, toMs: number): { first: number; last: number }[] {
  const runs = runsOf([...dirty].filter((hour) => hour >= hourOf(fromMs) && hour * HOUR_MS < toMs));
  const [first, last] = [runs[0], runs.at(-1)];
  return first && last && runs.length > MAX_DIRTY_RUNS ? [{ first: first.first, last: last.last }] : runs;
}

/** Joins adjacent parts of the same source. */
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
