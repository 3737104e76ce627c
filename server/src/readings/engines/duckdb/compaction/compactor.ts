// Merges files and writes rollups. Every step can be repeated, so that a crash between two steps costs only work.

import type { MetricKind } from '@gonsters/contract';
import { DAY_MS, dayOf, HOUR_MS, INTERVALS_MS, type RollupInterval } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { publishFile, writeDurably, writeUnfinished } from '../files/durable-files.ts';
import { compactedPath, l0Path, rollupPath, rollupSpan } from '../files/file-names.ts';
import type { L0File, StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import {
  bucketSql,
  copyToParquet,
  fileRows,
  quotedList,
  ROLLUP_COLUMNS,
  readParquet,
  rollupRows,
  type SourceFile,
  VALUE_COLUMNS,
  valueRows,
} from '../reading-sql.ts';
import { foldRepeats, orderedMetrics, rollUpFiner, rollUpValues } from './rollup-sql.ts';
import { copySorted } from './sorted-copy.ts';

const HOUR_SQL = `(${bucketSql('timestamp_ms', HOUR_MS)} // ${HOUR_MS})`;

/** How values are summarised. */
export interface SummaryRules {
  readonly kindOf: (metricName: string) => MetricKind;
  /** For how long a boolean or state holds without a further value, ms. */
  readonly holdMs: number;
}

export class Compactor {
  readonly #rules: SummaryRules;
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #maxRowsPerSort: { maxRowsPerSort?: number };

  constructor(
    session: DuckdbSession,
    catalog: PartitionCatalog,
    tombstones: Tombstones,
    rules: SummaryRules,
    maxRowsPerSort?: number,
  ) {
    this.#rules = rules;
    this.#maxRowsPerSort = maxRowsPerSort === undefined ? {} : { maxRowsPerSort };
    this.#session = session;
    this.#catalog = catalog;
    this.#tombstones = tombstones;
  }

  /**
   * Merges all readings of these hours, which lie in one day, into one sorted file per hour, and renews their buckets
   * in every rollup. The raw file gets its final name last, because queries use the rollups of an hour only if its file
   * exists.
   */
  async compactHours(hours: readonly number[], sequence: number): Promise<void> {
    const catalog = this.#catalog;
    const merged: { hour: number; path: string; unfinished: string; replaces: StoredFile | undefined }[] = [];
    for (const hour of hours) {
      const path = compactedPath(catalog.root, hour, sequence);
      const compacted = catalog.files.compacted.get(hour);
      const sources = [...(compacted ? [compacted] : []), ...catalog.files.l0Of(hour)];
      const unfinished = await writeUnfinished(path, (target) => this.#mergeRaw(sources, target, hour));
      merged.push({ hour, path, unfinished, replaces: compacted });
    }
    await this.#writeRollups(
      hours[0] as number,
      merged.map((file): SourceFile => ({ path: file.unfinished, format: 2 })),
      sequence,
    );
    for (const { hour, path, unfinished, replaces } of merged) {
      await publishFile(unfinished, path);
      const file = { path, format: 2, minSequence: sequence, maxSequence: sequence } as const;
      catalog.files = catalog.files.with({ compacted: new Map(catalog.files.compacted).set(hour, file) });
      await catalog.replace([file], replaces ? [replaces] : []);
    }
    await this.dropCompactedL0();
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

  /** Merges L0 files into one, so that an hour with many readings is not read from dozens of files. */
  async mergeL0(files: readonly L0File[]): Promise<void> {
    const catalog = this.#catalog;
    const minSequence = (files[0] as L0File).minSequence;
    const maxSequence = (files.at(-1) as L0File).maxSequence;
    const path = l0Path(catalog.root, minSequence, maxSequence);
    await writeDurably(path, (target) => this.#mergeRaw(files, target, null));
    const hours = new Set<number>();
    for (const file of files)
      for (const hour of file.hours) if (catalog.files.isUncompacted(file, hour)) hours.add(hour);
    const others = catalog.files.l0.filter((file) => !files.includes(file));
    const merged: L0File = { path, format: 2, minSequence, maxSequence, hours };
    catalog.files = catalog.files.with({ l0: [...others, merged] });
    await catalog.replace([merged], files);
  }

  /**
   * Merges the rollup files of one span. For each hour (for each day, in the case of `1d`) the buckets of the newest
   * file remain.
   */
  async mergeRollups(interval: RollupInterval, span: string): Promise<void> {
    const catalog = this.#catalog;
    const files = catalog.files.rollups[interval].get(span) as readonly StoredFile[];
    const minSequence = (files[0] as StoredFile).minSequence;
    const maxSequence = (files.at(-1) as StoredFile).maxSequence;
    const path = rollupPath(catalog.root, interval, span, minSequence, maxSequence);
    await writeDurably(path, (target) =>
      copySorted(this.#session, {
        select: async (whereMachine) => this.#newestRollupRows(interval, files, whereMachine),
        sources: files.map((file) => file.path),
        path: target,
        kind: 'rollup',
        ...this.#maxRowsPerSort,
      }),
    );
    const merged = { path, format: 2, minSequence, maxSequence } as const;
    catalog.files = catalog.files.with({ rollup: { interval, span, files: [merged] } });
    await catalog.replace([merged], files);
  }

  /** Deletes L0 files whose hours have all been compacted. */
  async dropCompactedL0(): Promise<void> {
    const { files } = this.#catalog;
    const done = files.l0.filter((file) => [...file.hours].every((hour) => !files.isUncompacted(file, hour)));
    if (done.length === 0) return;
    this.#catalog.files = files.with({ l0: files.l0.filter((file) => !done.includes(file)) });
    await this.#catalog.replace([], done);
  }

  /** If `hour` is null, all hours that are not compacted yet are merged. */
  async #mergeRaw(files: readonly StoredFile[], path: string, hour: number | null): Promise<void> {
    const part = (file: StoredFile, whereMachine: string) => {
      const where = [whereMachine, this.#visible(file.maxSequence)];
      if (hour !== null) where.push(`timestamp_ms >= ${hour * HOUR_MS} AND timestamp_ms < ${(hour + 1) * HOUR_MS}`);
      else {
        const l0 = file as L0File;
        const compacted = [...l0.hours].filter((each) => !this.#catalog.files.isUncompacted(l0, each));
        if (compacted.length > 0) where.push(`${HOUR_SQL} NOT IN (${compacted.join(', ')})`);
      }
      return `SELECT *, ${file.maxSequence} AS sequence FROM ${valueRows([file], where.join(' AND '))}`;
    };
    const select = async (whereMachine: string) => {
      const all = files.map((file) => part(file, whereMachine)).join(' UNION ALL ');
      const overlapping = files.length > 1 ? await this.#overlappingMachines(all, files) : [];
      if (overlapping.length === 0) return `SELECT ${VALUE_COLUMNS} FROM (${all})`;
      const isOverlapping = `machine_id IN (${quotedList(overlapping)})`;
      return `SELECT ${VALUE_COLUMNS} FROM (${all}) WHERE NOT ${isOverlapping}
        UNION ALL SELECT ${VALUE_COLUMNS} FROM (${foldRepeats(`(SELECT * FROM (${all}) WHERE ${isOverlapping})`)})`;
    };
    await copySorted(this.#session, {
      select,
      sources: files.map((file) => file.path),
      path,
      kind: 'values',
      ...this.#maxRowsPerSort,
    });
  }

  /** Machines whose times overlap in two sources. Only they can have the same timestamp twice. */
  async #overlappingMachines(source: string, files: readonly StoredFile[]): Promise<string[]> {
    const found = await this.#session.readFiles(
      `WITH spans AS (
         SELECT machine_id, sequence, min(timestamp_ms) AS first, max(timestamp_ms) AS last FROM (${source}) GROUP BY ALL)
       SELECT DISTINCT a.machine_id FROM spans a JOIN spans b
         ON a.machine_id = b.machine_id AND a.sequence < b.sequence AND a.first <= b.last AND b.first <= a.last`,
      files.map((file) => file.path),
    );
    return found.map(([id]) => id as string);
  }

  async #writeRollups(anyHour: number, values: readonly SourceFile[], sequence: number): Promise<void> {
    const dayMs = dayOf(anyHour) * DAY_MS;
    const { kindOf, holdMs } = this.#rules;
    const add = async (interval: RollupInterval, select: string, sources: readonly SourceFile[]) => {
      const span = rollupSpan(interval, dayMs);
      const path = rollupPath(this.#catalog.root, interval, span, sequence, sequence);
      await this.#write(select, sources, path);
      const { files } = this.#catalog;
      const added = { path, format: 2, minSequence: sequence, maxSequence: sequence } as const;
      this.#catalog.files = files.with({
        rollup: { interval, span, files: [...(files.rollups[interval].get(span) ?? []), added] },
      });
      await this.#catalog.replace([added], []);
      return added;
    };
    const ordered = orderedMetrics(await this.#metricsIn(values), kindOf);
    const minutes = await add('1m', rollUpValues(valueRows(values), INTERVALS_MS['1m'], ordered, holdMs), values);
    await add('1h', rollUpFiner(rollupRows([minutes]), HOUR_MS, holdMs), [minutes]);
    const hourFiles = this.#catalog.files.rollups['1h'].get(rollupSpan('1h', dayMs)) as readonly StoredFile[];
    const hoursOfDay = `(SELECT * FROM (${this.#newestRollupRows('1h', hourFiles)})
      WHERE timestamp_ms >= ${dayMs} AND timestamp_ms < ${dayMs + DAY_MS})`;
    await add('1d', rollUpFiner(hoursOfDay, DAY_MS, holdMs), hourFiles);
  }

  /**
   * The rows of the files. Only the newest file that has rows of an hour (of a day, in the case of `1d`) counts for it.
   */
  #newestRollupRows(interval: RollupInterval, files: readonly StoredFile[], whereMachine = 'true'): string {
    const unit = bucketSql('timestamp_ms', interval === '1d' ? DAY_MS : HOUR_MS);
    return files
      .map((file, i) => {
        const newer = files.slice(i + 1).map((each) => each.path);
        const isNewest =
          newer.length === 0 ? 'true' : `${unit} NOT IN (SELECT DISTINCT ${unit} FROM ${readParquet(newer)})`;
        return `SELECT ${ROLLUP_COLUMNS}
          FROM ${rollupRows([file], `${whereMachine} AND ${this.#visible(file.maxSequence)} AND ${isNewest}`)}`;
      })
      .join(' UNION ALL ');
  }

  #visible(sequence: number): string {
    const hidden = this.#tombstones.hiddenIn(sequence);
    return hidden.length === 0 ? 'true' : `machine_id NOT IN (${quotedList(hidden)})`;
  }

  /** Names of the metrics of files of format 2. */
  async #metricsIn(files: readonly SourceFile[]): Promise<string[]> {
    const paths = files.map(({ path }) => path);
    const found = await this.#session.readFiles(`SELECT DISTINCT metric FROM ${readParquet(paths)}`, paths);
    return found.map(([name]) => name as string);
  }

  async #write(select: string, sources: readonly SourceFile[], path: string): Promise<void> {
    const paths = sources.map((file) => file.path);
    const rows = fileRows(select, 'rollup');
    await writeDurably(path, (target) => this.#session.copy(copyToParquet(rows, target, 'rollup'), paths));
  }
}
