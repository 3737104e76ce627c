// Merges files of single values. Every step can be repeated, so that a crash between two steps costs only work.

import { publishFile } from '../../../../disk.ts';
import { dayOf, HOUR_MS } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { writeDurably, writeUnfinished } from '../files/durable-files.ts';
import { compactedPath, l0Path } from '../files/file-names.ts';
import type { L0File, StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import { bucketSql, quotedList, type SourceFile, VALUE_COLUMNS, valueRows } from '../reading-sql.ts';
import { foldRepeats } from './rollup-sql.ts';
import type { RollupWriter } from './rollup-writer.ts';
import { copySorted } from './sorted-copy.ts';

const HOUR_SQL = `(${bucketSql('timestamp_ms', HOUR_MS)} // ${HOUR_MS})`;

export class Compactor {
  readonly #rollups: RollupWriter;
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #maxRowsPerSort: { maxRowsPerSort?: number };

  constructor(
    session: DuckdbSession,
    catalog: PartitionCatalog,
    tombstones: Tombstones,
    rollups: RollupWriter,
    maxRowsPerSort?: number,
  ) {
    this.#rollups = rollups;
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
    await this.#rollups.summarise(
      dayOf(hours[0] as number),
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
      const where = [whereMachine, this.#tombstones.conditionFor(file.maxSequence)];
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
}
