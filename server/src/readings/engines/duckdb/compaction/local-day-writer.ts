// Writes the day rollups of the time zone of the plant, from the rollups of hours, or of minutes in zones with half hours.

import { bucketGrid, LOCAL_DAYS_WITHIN, type LocalDays, localDaysOf } from '../../../bucket-grid.ts';
import { DAY_MS, type RollupInterval } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { writeDurably } from '../files/durable-files.ts';
import { localDaysPath, rollupSpan, rollupSpanStartMs } from '../files/file-names.ts';
import type { StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { TimeRange } from '../query/query-plan.ts';
import { copyToParquet, fileRows, readParquet } from '../reading-sql.ts';
import { MAX_MERGED_FILES, type NewestRollups } from './newest-rollups.ts';
import { rollUpFiner } from './rollup-sql.ts';
import { copySorted } from './sorted-copy.ts';

const MAX_FILES = 4;

export class LocalDayWriter {
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #newest: NewestRollups;
  readonly #holdMs: () => number;

  constructor(deps: {
    session: DuckdbSession;
    catalog: PartitionCatalog;
    newest: NewestRollups;
    holdMs: () => number;
  }) {
    this.#session = deps.session;
    this.#catalog = deps.catalog;
    this.#newest = deps.newest;
    this.#holdMs = deps.holdMs;
  }

  /** Makes the days that overlap a range, which has whole days of UTC, from finer rollups. */
  async renew(range: TimeRange, sequence: number): Promise<void> {
    const zone = this.#catalog.files.localDays?.zone;
    const days = zone === undefined ? null : localDaysOf(zone);
    if (days === null) return;
    const starts = startsWithin(days, range);
    for (const span of new Set(starts.map((startMs) => rollupSpan('1d', startMs)))) {
      const ofSpan = starts.filter((startMs) => rollupSpan('1d', startMs) === span);
      await this.#write(days, span, ofSpan, sequence);
    }
  }

  /**
   * Start of the first day that finer rollups give completely. −Infinity if there are no older days of UTC, so that nothing
   * is missing before it.
   */
  async firstComplete(days: LocalDays): Promise<number> {
    const { rollups } = this.#catalog.files;
    const [oldest] = [...rollups[bucketGrid('1d', days.zone).rollup].keys()].sort();
    const [year = ''] = [...rollups['1d'].keys()].sort();
    const paths = (rollups['1d'].get(year) ?? []).map((file) => file.path);
    if (paths.length === 0) return Number.NEGATIVE_INFINITY;
    const [row] = await this.#session.readFiles(`SELECT min(timestamp_ms)::DOUBLE FROM ${readParquet(paths)}`, paths);
    const startMs = oldest === undefined ? Number.POSITIVE_INFINITY : rollupSpanStartMs(oldest);
    if ((row?.[0] as number) >= startMs) return Number.NEGATIVE_INFINITY;
    if (oldest === undefined) return startMs;
    const dayMs = days.startOf(startMs);
    return dayMs === startMs ? dayMs : days.endOf(dayMs);
  }

  /** Merges the files of each year that has many. */
  async mergeFiles(): Promise<void> {
    const { localDays } = this.#catalog.files;
    if (localDays === null) return;
    for (const [span, all] of localDays.files) {
      if (all.length <= MAX_FILES) continue;
      const files = all.slice(0, MAX_MERGED_FILES);
      const minSequence = (files[0] as StoredFile).minSequence;
      const maxSequence = (files.at(-1) as StoredFile).maxSequence;
      const path = localDaysPath(this.#catalog.root, localDays.zone, span, minSequence, maxSequence);
      await writeDurably(path, (target) =>
        copySorted(this.#session, {
          select: async (whereMachine) => this.#newest.rows('1d', files, whereMachine),
          sources: files.map((file) => file.path),
          path: target,
          kind: 'rollup',
        }),
      );
      const merged = { path, format: 2, minSequence, maxSequence } as const;
      this.#catalog.files = this.#catalog.files.withLocalDays(span, [merged, ...all.slice(MAX_MERGED_FILES)]);
      await this.#catalog.replace([merged], files);
    }
  }

  async #write(days: LocalDays, span: string, starts: readonly number[], sequence: number): Promise<void> {
    const catalog = this.#catalog;
    const fromMs = starts[0] as number;
    const toMs = days.endOf(starts.at(-1) as number);
    const { rollup } = bucketGrid('1d', days.zone);
    const sources = this.#filesWithin(rollup, { fromMs, toMs });
    if (sources.length === 0) return;
    const rows = `(SELECT * FROM (${this.#newest.rows(rollup, sources)})
      WHERE timestamp_ms >= ${fromMs} AND timestamp_ms < ${toMs})`;
    const later = starts.slice(1).map((startMs, i) => `WHEN timestamp_ms < ${startMs} THEN ${starts[i]}`);
    const bucket = later.length === 0 ? `${fromMs}` : `CASE ${later.join(' ')} ELSE ${starts.at(-1)} END`;
    const path = localDaysPath(catalog.root, days.zone, span, sequence, sequence);
    const select = fileRows(rollUpFiner(rows, `(${bucket})::BIGINT`, this.#holdMs()), 'rollup');
    const paths = sources.map((file) => file.path);
    await writeDurably(path, (target) => this.#session.copy(copyToParquet(select, target), paths));
    const added = { path, format: 2, minSequence: sequence, maxSequence: sequence } as const;
    const known = catalog.files.localDays?.files.get(span) ?? [];
    catalog.files = catalog.files.withLocalDays(span, [...known, added]);
    await catalog.replace([added], []);
  }

  /** Oldest first within a folder. The folders do not overlap. */
  #filesWithin(interval: RollupInterval, { fromMs, toMs }: TimeRange): StoredFile[] {
    const spans = new Set<string>();
    for (let atMs = fromMs; atMs < toMs; atMs += DAY_MS) spans.add(rollupSpan(interval, atMs));
    spans.add(rollupSpan(interval, toMs - 1));
    const { rollups } = this.#catalog.files;
    return [...spans].flatMap((span) => rollups[interval].get(span) ?? []);
  }
}

/** Starts of the days that overlap the range, ascending. */
function startsWithin(days: LocalDays, range: TimeRange): number[] {
  const starts: number[] = [];
  const fromMs = Math.max(range.fromMs, LOCAL_DAYS_WITHIN.fromMs);
  const toMs = Math.min(range.toMs, LOCAL_DAYS_WITHIN.toMs);
  if (fromMs >= toMs) return starts;
  for (let startMs = days.startOf(fromMs); startMs < toMs; startMs = days.endOf(startMs)) starts.push(startMs);
  return starts;
}
