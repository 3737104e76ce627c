// Decides which parts of a range the rollups answer exactly, and which are counted from single readings.

import type { BucketGrid, LocalDays } from '../../../bucket-grid.ts';
import { DAY_MS, dayOf, HOUR_MS, hourOf, type RollupInterval, runsOf } from '../../../time-buckets.ts';

/** `fromMs` included, `toMs` excluded. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}
export interface RollupPart extends TimeRange {
  /** `local`: the days of the plant. */
  readonly interval: RollupInterval | 'local';
  /** Whether the rollup that starts at `startMs`, which lies inside the range, counts. */
  readonly includes: (startMs: number) => boolean;
}
export interface QueryPlan {
  readonly rollupParts: readonly RollupPart[];
  /** Hours to count from single readings, ascending. */
  readonly rawHours: readonly number[];
}

/** A part of a range with its plan. Nothing outside the part is read for it. */
export interface PlannedPart extends TimeRange, QueryPlan {}

/**
 * Consecutive parts that cover the range. Days of the plant come from their rollups, if there are some for the zone of the
 * grid, unless the range cuts them or they have a dirty hour.
 *
 * @param stored the zone whose days have rollups, and from when on these are complete
 */
export function planParts(
  range: TimeRange,
  { rollup, localDays }: Pick<BucketGrid, 'rollup' | 'localDays'>,
  dirtyHours: Iterable<number>,
  stored: { readonly zone: string; readonly builtFromMs: number } | null,
): PlannedPart[] {
  const plain = (fromMs: number, toMs: number) =>
    fromMs < toMs ? [{ fromMs, toMs, ...planRange({ fromMs, toMs }, rollup, dirtyHours) }] : [];
  if (!(range.fromMs < range.toMs)) return [];
  if (localDays === undefined || stored?.zone !== localDays.zone) return plain(range.fromMs, range.toMs);
  const fromMs = firstStart(localDays, Math.max(range.fromMs, stored.builtFromMs));
  const toMs = localDays.startOf(range.toMs);
  if (!(fromMs < toMs)) return plain(range.fromMs, range.toMs);
  const parts: PlannedPart[] = plain(range.fromMs, fromMs);
  let atMs = fromMs;
  const addDays = (untilMs: number) => {
    const days = { fromMs: atMs, toMs: untilMs };
    const part: RollupPart = { ...days, interval: 'local', includes: () => true };
    if (atMs < untilMs) parts.push({ ...days, rollupParts: [part], rawHours: [] });
  };
  for (const startMs of daysWith(dirtyHours, localDays, { fromMs, toMs })) {
    addDays(startMs);
    atMs = localDays.endOf(startMs);
    parts.push(...plain(startMs, atMs));
  }
  addDays(toMs);
  return [...parts, ...plain(toMs, range.toMs)];
}

/** The first start of a day that is not before `atMs`. */
function firstStart(days: LocalDays, atMs: number): number {
  if (!Number.isFinite(atMs)) return atMs;
  const startMs = days.startOf(atMs);
  return startMs === atMs ? atMs : days.endOf(startMs);
}

/** Starts of the days in a range that have one of the hours, ascending. In some zones an hour belongs to two days. */
function daysWith(hours: Iterable<number>, days: LocalDays, { fromMs, toMs }: TimeRange): number[] {
  const starts = new Set<number>();
  for (const hour of hours) {
    for (const atMs of [hour * HOUR_MS, (hour + 1) * HOUR_MS - 1]) {
      if (atMs >= fromMs && atMs < toMs) starts.add(days.startOf(atMs));
    }
  }
  return [...starts].sort((a, b) => a - b);
}

/**
 * `dirtyHours` have readings that the rollups do not include. They are read raw, and so are hours that the range cuts.
 * A day with such an hour is made from its other hours. Everything else comes from the rollup of `interval`.
 */
export function planRange(range: TimeRange, interval: RollupInterval, dirtyHours: Iterable<number>): QueryPlan {
  const { fromMs, toMs } = range;
  if (!(fromMs < toMs)) return { rollupParts: [], rawHours: [] };
  const raw = new Set<number>();
  for (const hour of dirtyHours) if (hour >= hourOf(fromMs) && hour * HOUR_MS < toMs) raw.add(hour);
  if (hourOf(fromMs) * HOUR_MS !== fromMs) raw.add(hourOf(fromMs));
  if (hourOf(toMs) * HOUR_MS !== toMs) raw.add(hourOf(toMs));
  const rawHours = [...raw].sort((a, b) => a - b);
  const whole: TimeRange = { fromMs: Math.ceil(fromMs / HOUR_MS) * HOUR_MS, toMs: hourOf(toMs) * HOUR_MS };
  const includesHour = (startMs: number) => !raw.has(hourOf(startMs));
  if (whole.fromMs >= whole.toMs) return { rollupParts: [], rawHours };
  if (interval !== '1d')
    return { rollupParts: [{ ...trimmed(whole, raw), interval, includes: includesHour }], rawHours };
  return { rollupParts: dayParts(whole, rawHours, includesHour), rawHours };
}

function dayParts(
  whole: TimeRange,
  rawHours: readonly number[],
  includesHour: (startMs: number) => boolean,
): RollupPart[] {
  const broken = new Set(rawHours.map(dayOf));
  const firstDay = Math.floor(whole.fromMs / DAY_MS);
  const lastDay = Math.floor((whole.toMs - 1) / DAY_MS);
  if (firstDay * DAY_MS !== whole.fromMs) broken.add(firstDay);
  if ((lastDay + 1) * DAY_MS !== whole.toMs) broken.add(lastDay);
  const parts: RollupPart[] = [];
  const includesDay = (startMs: number) => !broken.has(Math.floor(startMs / DAY_MS));
  const days = { fromMs: firstDay * DAY_MS, toMs: (lastDay + 1) * DAY_MS };
  parts.push({ ...days, interval: '1d', includes: includesDay });
  for (const run of runsOf([...broken].filter((day) => day >= firstDay && day <= lastDay))) {
    const fromMs = Math.max(whole.fromMs, run.first * DAY_MS);
    const toMs = Math.min(whole.toMs, (run.last + 1) * DAY_MS);
    parts.push({ fromMs, toMs, interval: '1h', includes: includesHour });
  }
  return parts;
}

/** Omits the raw hours at both ends, so that no file is opened for them. */
function trimmed(whole: TimeRange, raw: ReadonlySet<number>): TimeRange {
  let { fromMs, toMs } = whole;
  while (fromMs < toMs && raw.has(hourOf(fromMs))) fromMs += HOUR_MS;
  while (fromMs < toMs && raw.has(hourOf(toMs) - 1)) toMs -= HOUR_MS;
  return { fromMs, toMs };
}
