// Reads the buckets of a range: from the rollups where they answer exactly, and from single values elsewhere.

import type { MetricKind } from '@gonsters/contract';
import type { BucketGrid } from '../../../bucket-grid.ts';
import { pageOfBuckets } from '../../../bucket-page.ts';
import {
  addDuration,
  type BucketPartial,
  emptyPartial,
  joinBuckets,
  PartialCollector,
  type ValueBefore,
} from '../../../bucket-partials.ts';
import type { BucketPage, BucketQuery } from '../../../reading-store.ts';
import { DAY_MS, HOUR_MS, hourOf, INTERVALS_MS, type RollupInterval } from '../../../time-buckets.ts';
import { GAUGE_DOUBLES, ORDERED_DOUBLES, quotedList, rollupRows, seriesName } from '../reading-sql.ts';
import { NO_SERIES, READINGS, type Series } from '../series.ts';
import type { MachineView, SeriesByMetric } from './machine-view.ts';
import { planBuckets, type RollupPart, type TimeRange } from './query-plan.ts';

/** Hours that a query reads at once, and series in one of them; both bound its memory. */
const HOURS_PER_READ = 24;
const SERIES_HOURS_PER_READ = 96;
const MINUTE_MS = INTERVALS_MS['1m'];

export interface AskedMetric {
  readonly metric: number;
  readonly kind: MetricKind;
}

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
  const [rollups, firstValues] = await Promise.all([
    readRollups(view, [...plan.rollupParts, ...minutes], metrics),
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

/** By metric, ascending. One query for all parts, because planning a query takes longer than reading these rows. */
async function readRollups(
  view: MachineView,
  parts: readonly RollupPart[],
  metrics: readonly AskedMetric[],
): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
  const names = quotedList(metrics.map(({ metric }) => seriesName(metric)));
  const isOrdered = metrics.some(({ kind }) => kind !== 'gauge');
  const selects: string[] = [];
  const paths: string[] = [];
  for (const [number, part] of parts.entries()) {
    const files = view.rollupFiles(part);
    if (files.length === 0) continue;
    paths.push(...files.map(({ path }) => path));
    selects.push(`SELECT ${number}::DOUBLE, list_position([${names}], metric)::DOUBLE,
        ${isOrdered ? ORDERED_DOUBLES : GAUGE_DOUBLES}
      FROM ${rollupRows(files, view.conditionOn(part))} WHERE list_contains([${names}], metric)`);
  }
  if (selects.length === 0) return new Map();
  const columns = await view.session.readDoubles(selects.join(' UNION ALL '), paths);
  const found: BucketPartial[][] = metrics.map(() => []);
  const at = (column: number, row: number) => (columns[column] as Float64Array)[row] as number;
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    const startMs = at(2, row);
    if (!parts[at(0, row)]?.includes(startMs)) continue;
    const partials = found[at(1, row) - 1] as BucketPartial[];
    const code = isOrdered ? at(14, row) : Number.NaN;
    // The rows of states follow the row of their bucket.
    if (!Number.isNaN(code)) addDuration(partials.at(-1) as BucketPartial, code, at(15, row));
    else partials.push(partialAt(startMs, columns, row, isOrdered));
  }
  return new Map(found.map((partials, m) => [(metrics[m] as AskedMetric).metric, newestPerBucket(partials)]));
}

/** The columns of `GAUGE_DOUBLES` or `ORDERED_DOUBLES` from the third on. */
function partialAt(startMs: number, columns: readonly Float64Array[], row: number, isOrdered: boolean): BucketPartial {
  const partial = emptyPartial(startMs);
  const at = (column: number) => (columns[column] as Float64Array)[row] as number;
  partial.count = at(3);
  partial.bad = at(4);
  partial.sum = at(5);
  partial.min = at(6);
  partial.max = at(7);
  partial.last = at(8);
  if (!isOrdered) return partial;
  partial.first = at(9);
  partial.firstMs = at(10);
  partial.lastMs = at(11);
  partial.increase = Number.isNaN(at(12)) ? 0 : at(12);
  partial.changes = Number.isNaN(at(13)) ? 0 : at(13);
  return partial;
}

/** Of several rollups of one bucket the last one counts, because files are read oldest first. Ascending. */
function newestPerBucket(partials: readonly BucketPartial[]): readonly BucketPartial[] {
  const isAscending = partials.every(
    ({ startMs }, i) => i === 0 || startMs > (partials[i - 1] as BucketPartial).startMs,
  );
  if (isAscending) return partials;
  const newest = new Map(partials.map((partial) => [partial.startMs, partial]));
  return [...newest.values()].sort((a, b) => a.startMs - b.startMs);
}

/** @param hours hours or parts of hours @param series number of series that are read of each */
export function chunksOf<T>(hours: readonly T[], series: number): T[][] {
  const size = Math.max(1, Math.min(HOURS_PER_READ, Math.floor(SERIES_HOURS_PER_READ / series)));
  const chunks: T[][] = [];
  for (let at = 0; at < hours.length; at += size) chunks.push(hours.slice(at, at + size));
  return chunks;
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
