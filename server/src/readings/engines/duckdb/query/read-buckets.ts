// Reads the buckets of a range: from the rollups where they answer exactly, and from single values elsewhere.

import type { BucketGrid } from '../../../bucket-grid.ts';
import { pageOfBuckets } from '../../../bucket-page.ts';
import { type BucketPartial, joinBuckets, PartialCollector, type ValueBefore } from '../../../bucket-partials.ts';
import type { BucketPage, BucketQuery } from '../../../reading-store.ts';
import { DAY_MS, HOUR_MS, hourOf, INTERVALS_MS, type RollupInterval } from '../../../time-buckets.ts';
import { NO_SERIES, READINGS, type Series } from '../series.ts';
import { chunksOf } from './chunks-of-hours.ts';
import { withExactStates } from './exact-states.ts';
import type { MachineView, SeriesByMetric } from './machine-view.ts';
import { planBuckets, type RollupPart, type TimeRange } from './query-plan.ts';
import { type AskedMetric, readRollups } from './read-rollups.ts';

const MINUTE_MS = INTERVALS_MS['1m'];

/** Number of readings, which are counted like the values of a gauge. */
const COUNTED: AskedMetric = { metric: READINGS, kind: 'gauge' };

/** `view` reaches back to the first reading if a kind of the query depends on the value before the range. */
export async function readBucketPage(view: MachineView, query: BucketQuery): Promise<BucketPage> {
  const { metrics, grid, holdMs, fromMs, toMs } = query;
  const range = { fromMs, toMs };
  const [partials, before] = await Promise.all([
    readPartials(view, range, [COUNTED, ...metrics], grid, holdMs),
    readValuesBefore(
      view,
      fromMs,
      metrics.filter(({ kind }) => kind !== 'gauge'),
    ),
  ]);
  const readings = new Map<number, number>();
  for (const { startMs, count } of partials.get(READINGS) ?? []) readings.set(startMs, count);
  const series = metrics.map(({ metric, kind }) =>
    joinBuckets(kind, partials.get(metric) ?? [], { grid, fromMs, toMs, holdMs, before: before.get(metric) ?? null }),
  );
  return pageOfBuckets(query, readings, series);
}

/** The buckets of a grid, by metric. */
export async function readPartials(
  view: MachineView,
  range: TimeRange,
  metrics: readonly AskedMetric[],
  grid: BucketGrid,
  holdMs: number,
): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
  const plan = planBuckets(range, grid, view.dirtyHours, view.files.localDays);
  const hasExpired = ({ fromMs }: TimeRange) =>
    !view.files.compacted.has(hourOf(fromMs)) && !view.dirtyHours.has(hourOf(fromMs));
  // For hours whose single values have expired, the range is cut to whole minutes.
  const minutes = plan.rawParts
    .filter((part) => hasExpired(part) && part.toMs - part.fromMs >= MINUTE_MS)
    .map((part): RollupPart => ({ ...part, interval: '1m', includes: (startMs) => startMs + MINUTE_MS <= part.toMs }));
  const wanted = metrics.map(({ metric }) => metric);
  const chunks = chunksOf(
    plan.rawParts.filter((part) => !hasExpired(part)),
    wanted.length,
  );
  const [first = []] = chunks;
  const rollupParts = [...plan.rollupParts, ...minutes];
  const [rollups, firstValues] = await Promise.all([
    readRollups(view, rollupParts, metrics).then((found) =>
      withExactStates(view, found, { metrics, grid, holdMs, rollupParts }),
    ),
    view.readParts(first, wanted),
  ]);
  const collectors = metrics.map(({ metric, kind }) => ({
    metric,
    merger: new TimeMerger(new PartialCollector(kind, grid, holdMs), rollups.get(metric) ?? []),
  }));
  for (const parts of chunks) {
    const values: SeriesByMetric = parts === first ? firstValues : await view.readParts(parts, wanted);
    for (const { metric, merger } of collectors) merger.addValues(values.get(metric) ?? NO_SERIES);
  }
  return new Map(collectors.map(({ metric, merger }) => [metric, merger.finish()]));
}

/** The newest good value of each metric before a time, by metric. Looks close to it first. */
async function readValuesBefore(
  view: MachineView,
  fromMs: number,
  metrics: readonly AskedMetric[],
): Promise<ReadonlyMap<number, ValueBefore>> {
  const found = new Map<number, ValueBefore>();
  let toMs = fromMs;
  for (const backMs of [2 * HOUR_MS, 2 * DAY_MS, Number.POSITIVE_INFINITY]) {
    const missing = metrics.filter(({ metric }) => !found.has(metric));
    const range = { fromMs: Math.max(fromMs - backMs, view.beginMs), toMs };
    if (missing.length === 0 || range.fromMs >= range.toMs) break;
    const whole: BucketGrid = {
      rollup: backMs > DAY_MS ? '1d' : '1h',
      startOf: () => range.fromMs,
      endOf: () => range.toMs,
    };
    for (const [metric, [partial]] of await readPartials(view, range, missing, whole, 0)) {
      if (partial && partial.count > 0) found.set(metric, { value: partial.last, timestampMs: partial.lastMs });
    }
    toMs = range.fromMs;
  }
  return found;
}

/** Gives a collector stored partials and single values, which do not overlap, in the order of time. */
class TimeMerger {
  readonly #collector: PartialCollector;
  readonly #stored: readonly BucketPartial[];
  #next = 0;

  /** `stored`: ascending. */
  constructor(collector: PartialCollector, stored: readonly BucketPartial[]) {
    this.#collector = collector;
    this.#stored = stored;
  }

  /** The values are later than those that were added before. */
  addValues({ length, timestampsMs, values, qualities }: Series): void {
    for (let i = 0; i < length; i++) {
      const timestampMs = timestampsMs[i] as number;
      this.#addStored(timestampMs);
      this.#collector.addValue(timestampMs, values[i] as number, qualities[i] as number);
    }
  }

  finish(): readonly BucketPartial[] {
    this.#addStored(Number.POSITIVE_INFINITY);
    return this.#collector.partials;
  }

  #addStored(untilMs: number): void {
    for (; this.#next < this.#stored.length; this.#next++) {
      const partial = this.#stored[this.#next] as BucketPartial;
      if (partial.startMs >= untilMs) return;
      this.#collector.addPartial(partial);
    }
  }
}

/** Number of readings and of values of each metric, bad ones included, by bucket, ascending. */
export async function readCounts(
  view: MachineView,
  range: TimeRange,
  rollup: RollupInterval,
  metrics: readonly number[],
): Promise<{ startMs: number; readings: number; values: readonly number[] }[]> {
  const widthMs = INTERVALS_MS[rollup];
  const grid: BucketGrid = {
    rollup,
    startOf: (timestampMs) => Math.floor(timestampMs / widthMs) * widthMs,
    endOf: (startMs) => startMs + widthMs,
  };
  const asked = metrics.map((metric): AskedMetric => ({ metric, kind: 'gauge' }));
  const partials = await readPartials(view, range, [COUNTED, ...asked], grid, 0);
  const counts = metrics.map(
    (metric) => new Map(partials.get(metric)?.map(({ startMs, count, bad }) => [startMs, count + bad])),
  );
  return (partials.get(READINGS) ?? []).map(({ startMs, count }) => ({
    startMs,
    readings: count,
    values: counts.map((of) => of.get(startMs) ?? 0),
  }));
}
