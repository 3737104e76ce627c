// Merges files and makes the tiers. Every step is harmless to repeat: a crash between two of them costs only work.

import { INTERVALS_MS } from '../../../reading-store.ts';
import { DAY_MS, dayOf, HOUR_MS, type Tier } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { publishFile, writeDurably, writeUnfinished } from '../files/durable-files.ts';
import { loosePath, settledPath, tierPath, tierSpan } from '../files/file-names.ts';
import type { LooseFile, StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import {
  bucketSql,
  copyToParquet,
  foldRepeats,
  quote,
  RAW_COLUMNS,
  rawFiles,
  readParquet,
  summariseRaw,
  summariseTier,
  TIER_COLUMNS,
  tierFiles,
} from '../reading-sql.ts';
import { copySorted } from './sorted-copy.ts';

const HOUR_SQL = `(${bucketSql('timestamp_ms', HOUR_MS)} // ${HOUR_MS})`;

export class Housekeeping {
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #partRows: { partRows?: number };

  /** `partRows` is for tests: how many rows are sorted at once. */
  constructor(session: DuckdbSession, catalog: PartitionCatalog, tombstones: Tombstones, partRows?: number) {
    this.#partRows = partRows === undefined ? {} : { partRows };
    this.#session = session;
    this.#catalog = catalog;
    this.#tombstones = tombstones;
  }

  /**
   * Merges everything known of these hours of one day into one sorted file each and renews their buckets in every
   * tier. The raw file gets its name last: only then do queries trust the tiers for the hour.
   */
  async settle(hours: readonly number[], generation: number): Promise<void> {
    const catalog = this.#catalog;
    const merged: { hour: number; path: string; unfinished: string; replaces: StoredFile | undefined }[] = [];
    for (const hour of hours) {
      const path = settledPath(catalog.root, hour, generation);
      const settled = catalog.files.settled.get(hour);
      const sources = [...(settled ? [settled] : []), ...catalog.files.looseOf(hour)];
      const unfinished = await writeUnfinished(path, (target) => this.#mergeRaw(sources, target, hour));
      merged.push({ hour, path, unfinished, replaces: settled });
    }
    await this.#makeTiers(
      hours[0] as number,
      merged.map((file) => file.unfinished),
      generation,
    );
    for (const { hour, path, unfinished, replaces } of merged) {
      await publishFile(unfinished, path);
      const file = { path, minGeneration: generation, maxGeneration: generation };
      catalog.files = catalog.files.with({ settled: new Map(catalog.files.settled).set(hour, file) });
      if (replaces) await catalog.discard([replaces]);
    }
    await this.dropSettledLoose();
  }

  /** Whether any machine has a summary of the hour. */
  async isSummarised(hour: number): Promise<boolean> {
    const files = this.#catalog.files.tiers['1h'].get(tierSpan('1h', hour * HOUR_MS)) ?? [];
    if (files.length === 0) return false;
    const paths = files.map((file) => file.path);
    const rows = await this.#session.readRows(
      `SELECT 1 FROM ${readParquet(paths)} WHERE timestamp_ms = ${hour * HOUR_MS} LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** Merges loose files to one, so that an hour of heavy traffic is not read from dozens. */
  async mergeLoose(files: readonly LooseFile[]): Promise<void> {
    const catalog = this.#catalog;
    const minGeneration = (files[0] as LooseFile).minGeneration;
    const maxGeneration = (files.at(-1) as LooseFile).maxGeneration;
    const path = loosePath(catalog.root, minGeneration, maxGeneration);
    await writeDurably(path, (target) => this.#mergeRaw(files, target, null));
    const hours = new Set<number>();
    for (const file of files) for (const hour of file.hours) if (catalog.files.isNews(file, hour)) hours.add(hour);
    const kept = catalog.files.loose.filter((file) => !files.includes(file));
    catalog.files = catalog.files.with({ loose: [...kept, { path, minGeneration, maxGeneration, hours }] });
    await catalog.discard(files);
  }

  /** Merges a tier's files of one span; of the same hour (day, for days) the newest file's buckets stay. */
  async mergeTier(tier: Tier, span: string): Promise<void> {
    const catalog = this.#catalog;
    const files = catalog.files.tiers[tier].get(span) as readonly StoredFile[];
    const minGeneration = (files[0] as StoredFile).minGeneration;
    const maxGeneration = (files.at(-1) as StoredFile).maxGeneration;
    const path = tierPath(catalog.root, tier, span, minGeneration, maxGeneration);
    await writeDurably(path, (target) =>
      copySorted(this.#session, {
        select: async (whereMachine) => this.#newestTierRows(tier, files, whereMachine),
        sources: files.map((file) => file.path),
        path: target,
        kind: 'tier',
        ...this.#partRows,
      }),
    );
    const merged = { path, minGeneration, maxGeneration };
    catalog.files = catalog.files.with({ tier: { tier, span, files: [merged] } });
    await catalog.discard(files);
  }

  /** Deletes loose files all of whose hours have been settled. */
  async dropSettledLoose(): Promise<void> {
    const { files } = this.#catalog;
    const done = files.loose.filter((file) => [...file.hours].every((hour) => !files.isNews(file, hour)));
    if (done.length === 0) return;
    this.#catalog.files = files.with({ loose: files.loose.filter((file) => !done.includes(file)) });
    await this.#catalog.discard(done);
  }

  /** `hour` null takes every hour that is not settled yet. */
  async #mergeRaw(files: readonly StoredFile[], path: string, hour: number | null): Promise<void> {
    const part = (file: StoredFile, whereMachine: string) => {
      const where = [whereMachine, this.#visible(file.maxGeneration)];
      if (hour !== null) where.push(`timestamp_ms >= ${hour * HOUR_MS} AND timestamp_ms < ${(hour + 1) * HOUR_MS}`);
      else {
        const loose = file as LooseFile;
        const settled = [...loose.hours].filter((each) => !this.#catalog.files.isNews(loose, each));
        if (settled.length > 0) where.push(`${HOUR_SQL} NOT IN (${settled.join(', ')})`);
      }
      return `SELECT ${RAW_COLUMNS}, ${file.maxGeneration} AS generation
        FROM ${rawFiles([file.path])} WHERE ${where.join(' AND ')}`;
    };
    const select = async (whereMachine: string) => {
      const all = files.map((file) => part(file, whereMachine)).join(' UNION ALL ');
      const overlapping = files.length > 1 ? await this.#overlappingMachines(all, files) : [];
      if (overlapping.length === 0) return `SELECT ${RAW_COLUMNS} FROM (${all})`;
      const isOverlapping = `machine_id IN (${overlapping.map(quote).join(', ')})`;
      return `SELECT ${RAW_COLUMNS} FROM (${all}) WHERE NOT ${isOverlapping}
        UNION ALL SELECT ${RAW_COLUMNS} FROM (${foldRepeats(`SELECT * FROM (${all}) WHERE ${isOverlapping}`)})`;
    };
    await copySorted(this.#session, {
      select,
      sources: files.map((file) => file.path),
      path,
      kind: 'raw',
      ...this.#partRows,
    });
  }

  /** Machines of which two sources hold overlapping times: only theirs can hold a moment twice. */
  async #overlappingMachines(source: string, files: readonly StoredFile[]): Promise<string[]> {
    const found = await this.#session.readFiles(
      `WITH spans AS (
         SELECT machine_id, generation, min(timestamp_ms) AS first, max(timestamp_ms) AS last FROM (${source}) GROUP BY ALL)
       SELECT DISTINCT a.machine_id FROM spans a JOIN spans b
         ON a.machine_id = b.machine_id AND a.generation < b.generation AND a.first <= b.last AND b.first <= a.last`,
      files.map((file) => file.path),
    );
    return found.map(([id]) => id as string);
  }

  async #makeTiers(anyHour: number, rawPaths: readonly string[], generation: number): Promise<void> {
    const dayMs = dayOf(anyHour) * DAY_MS;
    const add = async (tier: Tier, select: string, sources: readonly string[]) => {
      const span = tierSpan(tier, dayMs);
      const path = tierPath(this.#catalog.root, tier, span, generation, generation);
      await this.#write(select, sources, path);
      const { files } = this.#catalog;
      const added = { path, minGeneration: generation, maxGeneration: generation };
      this.#catalog.files = files.with({
        tier: { tier, span, files: [...(files.tiers[tier].get(span) ?? []), added] },
      });
      return path;
    };
    const minutes = await add('1m', summariseRaw(`SELECT * FROM ${rawFiles(rawPaths)}`, INTERVALS_MS['1m']), rawPaths);
    await add('1h', summariseTier(`SELECT * FROM ${tierFiles([minutes])}`, HOUR_MS), [minutes]);
    const hourFiles = this.#catalog.files.tiers['1h'].get(tierSpan('1h', dayMs)) as readonly StoredFile[];
    const hoursOfDay = `SELECT * FROM (${this.#newestTierRows('1h', hourFiles)})
      WHERE timestamp_ms >= ${dayMs} AND timestamp_ms < ${dayMs + DAY_MS}`;
    await add(
      '1d',
      summariseTier(hoursOfDay, DAY_MS),
      hourFiles.map((file) => file.path),
    );
  }

  /** Rows of the files where the newest file that speaks of an hour (a day, for days) speaks alone. */
  #newestTierRows(tier: Tier, files: readonly StoredFile[], whereMachine = 'true'): string {
    const unit = bucketSql('timestamp_ms', tier === '1d' ? DAY_MS : HOUR_MS);
    return files
      .map((file, i) => {
        const newer = files.slice(i + 1).map((each) => each.path);
        const select = `SELECT ${TIER_COLUMNS} FROM ${tierFiles([file.path])} WHERE ${whereMachine} AND ${this.#visible(file.maxGeneration)}`;
        return newer.length === 0
          ? select
          : `${select} AND ${unit} NOT IN (SELECT DISTINCT ${unit} FROM ${tierFiles(newer)})`;
      })
      .join(' UNION ALL ');
  }

  #visible(generation: number): string {
    const hidden = this.#tombstones.hiddenIn(generation);
    return hidden.length === 0 ? 'true' : `machine_id NOT IN (${hidden.map(quote).join(', ')})`;
  }

  async #write(select: string, sources: readonly string[], path: string): Promise<void> {
    await writeDurably(path, (target) => this.#session.copy(copyToParquet(select, target, 'tier'), sources));
  }
}
