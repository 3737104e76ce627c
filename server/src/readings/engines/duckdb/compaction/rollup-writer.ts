// Writes the rollups of minutes, hours and days. Every step can be repeated, so that a crash between two steps costs only
// work.

import type { MetricKind } from '@gonsters/contract';
import { DAY_MS, dayOf, HOUR_MS, INTERVALS_MS, type RollupInterval } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { writeDurably } from '../files/durable-files.ts';
import { rollupPath, rollupSpan } from '../files/file-names.ts';
import type { StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import { bucketSql, copyToParquet, fileRows, quote, readParquet, type SourceFile, valueRows } from '../reading-sql.ts';
import { LocalDayWriter } from './local-day-writer.ts';
import { MAX_MERGED_FILES, NewestRollups } from './newest-rollups.ts';
import { orderedMetrics, rollUpFiner, rollUpValues } from './rollup-sql.ts';
import { copySorted } from './sorted-copy.ts';

/** How values are summarised. */
export interface SummaryRules {
  readonly kindOf: (metricName: string) => MetricKind;
  /** For how long most booleans and states hold without a further value at present, ms. */
  readonly holdMs: () => number;
}

export class RollupWriter {
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #rules: SummaryRules;
  readonly #maxRowsPerSort: { maxRowsPerSort?: number };
  readonly #newest: NewestRollups;
  readonly #localDays: LocalDayWriter;

  /** `maxRowsPerSort` limits how many rows are sorted at once. Tests set it. */
  constructor(
    session: DuckdbSession,
    catalog: PartitionCatalog,
    tombstones: Tombstones,
    rules: SummaryRules,
    maxRowsPerSort?: number,
  ) {
    this.#session = session;
    this.#catalog = catalog;
    this.#tombstones = tombstones;
    this.#rules = rules;
    this.#maxRowsPerSort = maxRowsPerSort === undefined ? {} : { maxRowsPerSort };
    this.#newest = new NewestRollups(tombstones);
    this.#localDays = new LocalDayWriter({ session, catalog, newest: this.#newest, holdMs: rules.holdMs });
  }

  /** The days of the time zone of the plant, which are renewed together with the hours that they consist of. */
  get localDays(): LocalDayWriter {
    return this.#localDays;
  }

  /** Renews the buckets of whole hours of one day from `values`, which are all values of these hours. */
  async summarise(day: number, values: readonly SourceFile[], sequence: number): Promise<void> {
    await this.#summariseRows(day, valueRows(values), values, sequence);
  }

  /** Days of a span for which there is something to make rollups of this interval from, ascending. */
  async renewableDays(interval: RollupInterval, span: string): Promise<number[]> {
    const { compacted, rollups } = this.#catalog.files;
    const days = new Set<number>();
    if (interval === '1m') for (const hour of compacted.keys()) days.add(dayOf(hour));
    if (interval === '1h') for (const day of rollups['1m'].keys()) days.add(Date.parse(day) / DAY_MS);
    if (interval === '1d') {
      const months = [...rollups['1h']].filter(([month]) => month.startsWith(span));
      const paths = months.flatMap(([, files]) => files.map(({ path }) => path));
      if (paths.length === 0) return [];
      const day = `${bucketSql('timestamp_ms', DAY_MS)} // ${DAY_MS}`;
      const found = await this.#session.readFiles(`SELECT DISTINCT (${day})::DOUBLE FROM ${readParquet(paths)}`, paths);
      for (const [each] of found) days.add(each as number);
    }
    return [...days].filter((day) => rollupSpan(interval, day * DAY_MS) === span).sort((a, b) => a - b);
  }

  /** Makes the rollups of a day again from the next finer ones, or from the values, and those that depend on them. */
  async renew(interval: RollupInterval, day: number, sequence: number): Promise<void> {
    if (interval === '1d') await this.#summariseHours(day, sequence);
    else if (interval === '1h') await this.#summariseMinutes(day, this.#filesOf('1m', day), sequence);
    else {
      const values = this.#valuesOf(day);
      await this.#summariseRows(day, this.#visibleRows(values), values, sequence);
    }
  }

  /** Makes the rollups of one metric again, whose kind has changed, as far as there are values. */
  async renewMetric(day: number, metric: string, sequence: number): Promise<void> {
    const values = this.#valuesOf(day);
    const minuteFiles = this.#filesOf('1m', day);
    if (values.length === 0 || minuteFiles.length === 0) return;
    const isMetric = `metric = ${quote(metric)}`;
    const hours = `SELECT DISTINCT ${bucketSql('timestamp_ms', HOUR_MS)} FROM ${readParquet(values.map(({ path }) => path))}`;
    const others = `SELECT * FROM (${this.#newest.rows('1m', minuteFiles)})
      WHERE NOT (${isMetric}) AND ${bucketSql('timestamp_ms', HOUR_MS)} IN (${hours})`;
    const renewed = this.#rollUp(`(SELECT * FROM ${this.#visibleRows(values)} WHERE ${isMetric})`, [metric]);
    const select = `SELECT * FROM (${renewed}) UNION ALL BY NAME (${others})`;
    const minutes = await this.#add('1m', day, select, [...values, ...minuteFiles], sequence);
    await this.#summariseMinutes(day, [minutes], sequence);
  }

  /** Whether any machine has a rollup of the hour. */
  async isRolledUp(hour: number): Promise<boolean> {
    const files = this.#catalog.files.rollups['1h'].get(rollupSpan('1h', hour * HOUR_MS)) ?? [];
    if (files.length === 0) return false;
    const paths = files.map((file) => file.path);
    const rows = await this.#session.readRows(
      `SELECT 1 FROM ${readParquet(paths)} WHERE timestamp_ms = ${hour * HOUR_MS} LIMIT 1`,
    );
    return rows.length > 0;
  }

  /**
   * Merges the rollup files of one span, the oldest first if there are many. For each hour (for each day, in the case of
   * `1d`) the buckets of the newest file remain.
   */
  async merge(interval: RollupInterval, span: string): Promise<void> {
    const catalog = this.#catalog;
    const all = catalog.files.rollups[interval].get(span) as readonly StoredFile[];
    const files = all.slice(0, MAX_MERGED_FILES);
    const minSequence = (files[0] as StoredFile).minSequence;
    const maxSequence = (files.at(-1) as StoredFile).maxSequence;
    const path = rollupPath(catalog.root, interval, span, minSequence, maxSequence);
    await writeDurably(path, (target) =>
      copySorted(this.#session, {
        select: async (whereMachine) => this.#newest.rows(interval, files, whereMachine),
        sources: files.map((file) => file.path),
        path: target,
        kind: 'rollup',
        ...this.#maxRowsPerSort,
      }),
    );
    const merged = { path, format: 2, minSequence, maxSequence } as const;
    const kept = all.slice(MAX_MERGED_FILES);
    catalog.files = catalog.files.with({ rollup: { interval, span, files: [merged, ...kept] } });
    await catalog.replace([merged], files);
  }

  async #summariseMinutes(day: number, minutes: readonly StoredFile[], sequence: number): Promise<void> {
    const source = `(${this.#newest.rows('1m', minutes)})`;
    const bucket = bucketSql('timestamp_ms', HOUR_MS);
    await this.#add('1h', day, rollUpFiner(source, bucket, this.#rules.holdMs()), minutes, sequence);
    await this.#summariseHours(day, sequence);
  }

  async #summariseHours(day: number, sequence: number): Promise<void> {
    const dayMs = day * DAY_MS;
    const hours = this.#filesOf('1h', day);
    const hoursOfDay = `(SELECT * FROM (${this.#newest.rows('1h', hours)})
      WHERE timestamp_ms >= ${dayMs} AND timestamp_ms < ${dayMs + DAY_MS})`;
    const bucket = bucketSql('timestamp_ms', DAY_MS);
    await this.#add('1d', day, rollUpFiner(hoursOfDay, bucket, this.#rules.holdMs()), hours, sequence);
    await this.#localDays.renew({ fromMs: dayMs, toMs: dayMs + DAY_MS }, sequence);
  }

  async #summariseRows(day: number, rows: string, sources: readonly SourceFile[], sequence: number): Promise<void> {
    const paths = sources.map(({ path }) => path);
    const found = await this.#session.readFiles(`SELECT DISTINCT metric FROM ${rows}`, paths);
    const names = found.map(([name]) => name as string);
    const minutes = await this.#add('1m', day, this.#rollUp(rows, names), sources, sequence);
    await this.#summariseMinutes(day, [minutes], sequence);
  }

  /** Without the machines that were deleted after a file was written. */
  #visibleRows(files: readonly StoredFile[]): string {
    const rows = files.map((file) => valueRows([file], this.#tombstones.conditionFor(file.maxSequence)));
    return `(${rows.map((each) => `SELECT * FROM ${each}`).join(' UNION ALL ')})`;
  }

  #rollUp(values: string, names: readonly string[]): string {
    const { kindOf, holdMs } = this.#rules;
    return rollUpValues(values, INTERVALS_MS['1m'], orderedMetrics(names, kindOf), holdMs());
  }

  /** Compacted files of a day. */
  #valuesOf(day: number): StoredFile[] {
    return [...this.#catalog.files.compacted].filter(([hour]) => dayOf(hour) === day).map(([, file]) => file);
  }

  #filesOf(interval: RollupInterval, day: number): readonly StoredFile[] {
    return this.#catalog.files.rollups[interval].get(rollupSpan(interval, day * DAY_MS)) ?? [];
  }

  async #add(
    interval: RollupInterval,
    day: number,
    select: string,
    sources: readonly SourceFile[],
    sequence: number,
  ): Promise<StoredFile> {
    const span = rollupSpan(interval, day * DAY_MS);
    const path = rollupPath(this.#catalog.root, interval, span, sequence, sequence);
    const paths = sources.map((file) => file.path);
    const rows = fileRows(select, 'rollup');
    await writeDurably(path, (target) => this.#session.copy(copyToParquet(rows, target), paths));
    const { files } = this.#catalog;
    const added = { path, format: 2, minSequence: sequence, maxSequence: sequence } as const;
    this.#catalog.files = files.with({
      rollup: { interval, span, files: [...(files.rollups[interval].get(span) ?? []), added] },
    });
    await this.#catalog.replace([added], []);
    return added;
  }
}
