// A consistent view of one machine for a query: the files and the values in memory of one moment.

import { HOUR_MS, hourOf } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { rollupSpan } from '../files/file-names.ts';
import type { FileSet, StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { WriteBuffer } from '../memtable/write-buffer.ts';
import { orNan, quote, quotedList, seriesName, valueRows } from '../reading-sql.ts';
import { mergeSeries, NO_SERIES, READINGS, type Series, seriesWithin } from '../series.ts';
import type { RollupPart, TimeRange } from './query-plan.ts';

/** The values of some metrics, by metric. */
export type SeriesByMetric = ReadonlyMap<number, Series>;

export class MachineView {
  readonly session: DuckdbSession;
  #files: FileSet;
  /** Hours with readings that the rollups do not include. */
  readonly dirtyHours: ReadonlySet<number>;
  /** What is in memory within `range`, of the metrics of the view and of `READINGS`. */
  readonly #memory: SeriesByMetric;
  /** Nothing before this time is in the view. */
  readonly beginMs: number;
  readonly #condition: string;
  readonly #afterSequence: number;
  readonly #release: () => void;

  /**
   * Made in one turn of the event loop, and therefore consistent. `metrics` are those that the view can read, null for
   * all. Nothing outside `range` is read. To be released after use.
   *
   * @param afterSequence hides what was written before the machine was deleted
   */
  constructor(
    session: DuckdbSession,
    catalog: PartitionCatalog,
    writeBuffer: Pick<WriteBuffer, 'series'>,
    machine: { id: string; metrics: readonly number[] | null; afterSequence: number },
    range: TimeRange,
  ) {
    const { id, afterSequence } = machine;
    this.session = session;
    this.#files = catalog.files;
    this.beginMs = range.fromMs;
    this.#release = catalog.hold();
    this.#condition = `machine_id = ${quote(id)}`;
    this.#afterSequence = afterSequence;
    const metrics = machine.metrics && new Set(machine.metrics);
    this.#memory = writeBuffer.series(id, metrics, range.fromMs, range.toMs);
    const dirtyHours = this.#files.uncompactedHours(
      hourOf(range.fromMs),
      Math.ceil(range.toMs / HOUR_MS),
      afterSequence,
    );
    const { length, timestampsMs } = this.inMemory(READINGS);
    for (let i = 0; i < length; i++) dirtyHours.add(hourOf(timestampsMs[i] as number));
    this.dirtyHours = dirtyHours;
  }

  get files(): FileSet {
    return this.#files;
  }

  /** What was in these files is no longer in the view. */
  leaveOut(paths: readonly string[]): void {
    for (const path of paths) this.#files = this.#files.without(path);
  }

  release(): void {
    this.#release();
  }

  inMemory(metric: number): Series {
    return this.#memory.get(metric) ?? NO_SERIES;
  }

  /** A condition on the rows of the machine from `fromMs` (included) to `toMs` (excluded). */
  conditionOn({ fromMs, toMs }: TimeRange): string {
    return `${this.#condition} AND timestamp_ms >= ${fromMs} AND timestamp_ms < ${toMs}`;
  }

  /**
   * Start of the first hour with single values. Older data exists only in the rollups. Infinity if there are no single
   * values.
   */
  get firstValueMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const hour of this.files.compacted.keys()) first = Math.min(first, hour);
    for (const hour of this.dirtyHours) first = Math.min(first, hour);
    return first * HOUR_MS;
  }

  /** Hours of the range that have single values, ascending. */
  hoursWithValues(range: TimeRange): number[] {
    const hours = new Set<number>();
    const first = hourOf(range.fromMs);
    const end = Math.ceil(range.toMs / HOUR_MS);
    for (const hour of this.dirtyHours) if (hour >= first && hour < end) hours.add(hour);
    const { compacted } = this.files;
    if (end - first < compacted.size) {
      for (let hour = first; hour < end; hour++) if (compacted.has(hour)) hours.add(hour);
    } else {
      for (const hour of compacted.keys()) if (hour >= first && hour < end) hours.add(hour);
    }
    return [...hours].sort((a, b) => a - b);
  }

  /** The single values of some parts of the range, ascending. Each part lies within one hour. */
  async readParts(parts: readonly TimeRange[], metrics: readonly number[]): Promise<SeriesByMetric> {
    const [first] = parts;
    const last = parts.at(-1);
    if (!first || !last) return new Map();
    const compacted: StoredFile[] = [];
    const compactedParts: TimeRange[] = [];
    const reads: Promise<SeriesByMetric>[] = [];
    for (const part of parts) {
      const hour = hourOf(part.fromMs);
      const sources = this.#sourcesOf(hour);
      const [only] = sources;
      if (only && sources.length === 1 && only === this.files.compacted.get(hour)) {
        if (compacted.at(-1) !== only) compacted.push(only);
        compactedParts.push(part);
      }
      // Read separately: an L0 file's rows of another hour may be older than the compacted file of that hour.
      else if (only) reads.push(this.#readValues(sources, [part], metrics));
    }
    if (compacted.length > 0) reads.unshift(this.#readValues(compacted, compactedParts, metrics));
    const found = await Promise.all(reads);
    return new Map(
      metrics.map((metric) => [
        metric,
        mergeSeries([
          ...found.map((each) => each.get(metric) ?? NO_SERIES),
          seriesWithin(this.inMemory(metric), first.fromMs, last.toMs),
        ]),
      ]),
    );
  }

  /** Names of all metrics that have a value in these hours, in files or in memory. */
  async metricNamesIn(hours: readonly number[]): Promise<Set<string>> {
    const names = new Set<string>();
    for (const [metric, { length }] of this.#memory)
      if (length > 0 && metric !== READINGS) names.add(seriesName(metric));
    const files = [...new Set(hours.flatMap((hour) => this.#sourcesOf(hour)))];
    if (files.length === 0) return names;
    const paths = files.map(({ path }) => path);
    const select = `SELECT DISTINCT metric FROM ${valueRows(files, this.#condition)} WHERE metric <> ''`;
    for (const name of await this.session.readTexts(select, paths)) names.add(name);
    return names;
  }

  /** Oldest first within a directory. The directories do not overlap. */
  rollupFiles(part: RollupPart): StoredFile[] {
    if (part.fromMs >= part.toMs) return [];
    const [interval, spans] =
      part.interval === 'local'
        ? (['1d', this.files.localDays?.files ?? []] as const)
        : ([part.interval, this.files.rollups[part.interval]] as const);
    const first = rollupSpan(interval, part.fromMs);
    const last = rollupSpan(interval, part.toMs - 1);
    const found: StoredFile[] = [];
    for (const [span, files] of spans) {
      if (span < first || span > last) continue;
      for (const file of files) if (this.#isVisible(file)) found.push(file);
    }
    return found;
  }

  /** Files with values of the hour, oldest first. */
  #sourcesOf(hour: number): StoredFile[] {
    const compacted = this.files.compacted.get(hour);
    const files = compacted ? [compacted, ...this.files.l0Of(hour)] : this.files.l0Of(hour);
    return files.filter((file) => this.#isVisible(file));
  }

  async #readValues(
    files: readonly StoredFile[],
    parts: readonly TimeRange[],
    metrics: readonly number[],
  ): Promise<SeriesByMetric> {
    if (metrics.length === 0) return splitByMetric([], metrics);
    const spans = joined(parts).map(({ fromMs, toMs }) => `(timestamp_ms >= ${fromMs} AND timestamp_ms < ${toMs})`);
    const names = quotedList(metrics.map(seriesName));
    const rows = valueRows(files, `${this.#condition} AND (${spans.join(' OR ')})`);
    const columns = await this.session.readDoubles(
      `SELECT list_position([${names}], metric)::DOUBLE, timestamp_ms::DOUBLE, ${orNan('value')}, quality::DOUBLE
        FROM ${rows} WHERE list_contains([${names}], metric)`,
      files.map(({ path }) => path),
    );
    return splitByMetric(columns, metrics);
  }

  #isVisible(file: StoredFile): boolean {
    return file.maxSequence > this.#afterSequence;
  }
}

/** Parts that follow each other without a gap become one. */
function joined(parts: readonly TimeRange[]): TimeRange[] {
  const found: TimeRange[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last?.toMs === part.fromMs) found[found.length - 1] = { fromMs: last.fromMs, toMs: part.toMs };
    else found.push(part);
  }
  return found;
}

/** Rows of one metric stand together in a file, but those of several files follow each other. */
function splitByMetric(columns: readonly Float64Array[], metrics: readonly number[]): SeriesByMetric {
  const [positions, timestampsMs, values, qualities] = columns;
  if (!positions || !timestampsMs || !values || !qualities) return new Map();
  const parts = new Map<number, Series[]>();
  for (let start = 0; start < positions.length; ) {
    const position = positions[start] as number;
    let end = start + 1;
    while (end < positions.length && positions[end] === position) end++;
    const metric = metrics[position - 1] as number;
    const list = parts.get(metric) ?? [];
    parts.set(metric, list);
    list.push({
      length: end - start,
      timestampsMs: timestampsMs.subarray(start, end),
      values: values.subarray(start, end),
      qualities: new Uint8Array(qualities.subarray(start, end)),
    });
    start = end;
  }
  return new Map([...parts].map(([metric, series]) => [metric, mergeSeries(series)]));
}
