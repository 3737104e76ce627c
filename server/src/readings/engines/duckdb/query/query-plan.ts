// Decides which parts of a range the rollups answer exactly, and which are counted from single readings.

import type { BucketGrid } from '../../../bucket-grid.ts';
import { divideDays } from '../../../local-days.ts';
import { DAY_MS, dayOf, HOUR_MS, hourOf, INTERVALS_MS, type RollupInterval, runsOf } from '../../../time-buckets.ts';

const MINUTE_MS = INTERVALS_MS['1m'];

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
  /** What is counted from single readings, ascending. Each part lies within one hour. */
  readonly rawParts: readonly TimeRange[];
}

/**
 * The plan for the buckets of a grid. Days of the plant come from their rollups, if there are some for the zone of the grid,
 * unless the range cuts them or they have a dirty hour. The rest is planned as `planRange` does.
 *
 * @param stored the zone whose days have rollups, and from when on these are complete
 */
export function planBuckets(
  range: TimeRange,
  { rollup, localDays }: Pick<BucketGrid, 'rollup' | 'localDays'>,
  dirtyHours: Iterable<number>,
  stored: { readonly zone: string; readonly builtFromMs: number } | null,
): QueryPlan {
  if (localDays === undefined || stored?.zone !== localDays.zone) return planRange(range, rollup, dirtyHours);
  const rollupParts: RollupPart[] = [];
  const rawParts: TimeRange[] = [];
  divideDays(range, localDays, { fromMs: stored.builtFromMs, toMs: Number.POSITIVE_INFINITY }, dirtyHours, {
    days: (days) => rollupParts.push({ ...days, interval: 'local', includes: () => true }),
    rest: (part) => {
      const plan = planRange(part, rollup, dirtyHours);
      rollupParts.push(...plan.rollupParts);
      rawParts.push(...plan.rawParts);
    },
  });
  return { rollupParts, rawParts };
}

/**
 * `dirtyHours` have readings that the rollups do not include. They are read raw, and so are hours that the range cuts; of
 * minutes only the minute that is cut. A day with such an hour is made from its other hours. Everything else comes from
 * the rollup of `interval`.
 */
export function planRange(range: TimeRange, interval: RollupInterval, dirtyHours: Iterable<number>): QueryPlan {
  const { fromMs, toMs } = range;
  if (!(fromMs < toMs)) return { rollupParts: [], rawParts: [] };
  const dirty = new Set<number>();
  for (const hour of dirtyHours) if (hour >= hourOf(fromMs) && hour * HOUR_MS < toMs) dirty.add(hour);
  const stepMs = interval === '1m' ? MINUTE_MS : HOUR_MS;
  const whole: TimeRange = {
    fromMs: Math.ceil(fromMs / stepMs) * stepMs,
    toMs: Math.floor(toMs / stepMs) * stepMs,
  };
  const cuts =
    whole.fromMs > whole.toMs
      ? [range]
      : [
          { ...range, toMs: whole.fromMs },
          { ...range, fromMs: whole.toMs },
        ];
  const rawParts = [
    ...partsOfHours(dirty, range),
    ...cuts.filter((cut) => cut.fromMs < cut.toMs && !dirty.has(hourOf(cut.fromMs))),
  ].sort((a, b) => a.fromMs - b.fromMs);
  const includesHour = (startMs: number) => !dirty.has(hourOf(startMs));
  if (whole.fromMs >= whole.toMs) return { rollupParts: [], rawParts };
  if (interval !== '1d')
    return { rollupParts: [{ ...trimmed(whole, dirty), interval, includes: includesHour }], rawParts };
  return { rollupParts: dayParts(whole, rawParts, includesHour), rawParts };
}

/** The part of each hour that lies within the range. */
export function partsOfHours(hours: Iterable<number>, range: TimeRange): TimeRange[] {
  return [...hours].map((hour) => ({
    fromMs: Math.max(range.fromMs, hour * HOUR_MS),
    toMs: Math.min(range.toMs, (hour + 1) * HOUR_MS),
  }));
}

function dayParts(
  whole: TimeRange,
  rawParts: readonly TimeRange[],
  includesHour: (startMs: number) => boolean,
): RollupPart[] {
  const broken = new Set(rawParts.map((part) => dayOf(hourOf(part.fromMs))));
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

/** Omits the dirty hours at both ends, so that no file is opened for them. */
function trimmed(whole: TimeRange, dirty: ReadonlySet<number>): TimeRange {
  let { fromMs, toMs } = whole;
  while (fromMs < toMs && dirty.has(hourOf(fromMs))) fromMs = (hourOf(fromMs) + 1) * HOUR_MS;
  while (fromMs < toMs && dirty.has(hourOf(toMs - 1))) toMs = hourOf(toMs - 1) * HOUR_MS;
  return { fromMs, toMs };
}
