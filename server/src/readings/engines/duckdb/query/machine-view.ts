// A consistent view of one machine for a query: the files and the memtable rows of one moment.

import { BucketSums, newestPerBucket, type RollupColumns } from '../../../bucket-sums.ts';
import { INTERVALS_MS } from '../../../reading-store.ts';
import { HOUR_MS, hourOf, type RollupInterval, runsOf } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { rollupSpan } from '../files/file-names.ts';
import type { FileSet, StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import { quote, RAW_DOUBLES, ROLLUP_DOUBLES, rawFiles, rollupFiles } from '../reading-sql.ts';
import { lowerBound, mergeRows, NO_ROWS, type Rows, sliceRows } from '../rows.ts';
import { planRange, type RollupPart, type TimeRange } from './query-plan.ts';

/** Hours that a query reads at once; bounds its memory. */
const HOURS_PER_READ = 24;
const MINUTE_MS = INTERVALS_MS['1m'];

export class MachineView {
  readonly #session: DuckdbSession;
  readonly #machine: string;
  readonly #memtableRows: Rows;
  readonly #files: FileSet;
  readonly #afterSequence: number;
  /** Hours with readings that the rollups do not include. */
  readonly #dirtyHours: ReadonlySet<number>;
  readonly #release: () => void;

  /**
   * Made in one turn of the event loop, and therefore consistent. `memtableRows` are the machine's rows in memory
   * within the range. `afterSequence` hides what was written before the machine was deleted. To be released after use.
   */
  constructor(
    session: DuckdbSession,
    catalog: PartitionCatalog,
    machine: { id: string; memtableRows: Rows; afterSequence: number },
    range: TimeRange,
  ) {
    this.#session = session;
    this.#files = catalog.files;
    this.#release = catalog.hold();
    this.#machine = quote(machine.id);
    this.#memtableRows = machine.memtableRows;
    this.#afterSequence = machine.afterSequence;
    const dirtyHours = this.#files.uncompactedHours(
      hourOf(range.fromMs),
      Math.ceil(range.toMs / HOUR_MS),
      machine.afterSequence,
    );
    for (let i = 0; i < machine.memtableRows.length; i++)
      dirtyHours.add(hourOf(machine.memtableRows.timestampsMs[i] as number));
    this.#dirtyHours = dirtyHours;
  }

  release(): void {
    this.#release();
  }

  /**
   * Start of the first hour with single readings. Older data exists only in the rollups. Infinity if there are no
   * single readings.
   */
  get firstRawMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const hour of this.#files.compacted.keys()) first = Math.min(first, hour);
    for (const hour of this.#dirtyHours) first = Math.min(first, hour);
    return first * HOUR_MS;
  }

  /** Counts and sums of a range in buckets of `widthMs`, a multiple of the width of `interval`. */
  async sums(range: TimeRange, interval: RollupInterval, widthMs: number): Promise<BucketSums> {
    const plan = planRange(range, interval, this.#dirtyHours);
    const sums = new BucketSums(widthMs);
    const expired = plan.rawHours.filter((hour) => !this.#files.compacted.has(hour) && !this.#dirtyHours.has(hour));
    // For hours whose single readings have expired, the range is cut to whole minutes.
    const minutes = expired.map((hour): RollupPart => {
      const fromMs = Math.max(range.fromMs, hour * HOUR_MS);
      const toMs = Math.min(range.toMs, (hour + 1) * HOUR_MS);
      return { interval: '1m', fromMs, toMs, includes: (startMs) => startMs + MINUTE_MS <= toMs };
    });
    const readAllRaw = async () => {
      for (const hours of chunksOf(plan.rawHours.filter((hour) => !expired.includes(hour)))) {
        sums.addRows(await this.#readHours(hours, range));
      }
    };
    await Promise.all([this.#addRollups(sums, [...plan.rollupParts, ...minutes]), readAllRaw()]);
    return sums;
  }

  /**
   * The single readings of a range in chunks of bounded length. Each chunk is ascending; the chunks are in the given
   * order.
   */
  async *rows(range: TimeRange, order: 'asc' | 'desc'): AsyncIterable<Rows> {
    const chunks = chunksOf(this.#hoursWithRows(range));
    for (const hours of order === 'asc' ? chunks : chunks.reverse()) yield await this.#readHours(hours, range);
  }

  /** Ascending. */
  #hoursWithRows(range: TimeRange): number[] {
    const hours = new Set<number>();
    const first = hourOf(range.fromMs);
    const end = Math.ceil(range.toMs / HOUR_MS);
    for (const hour of this.#dirtyHours) if (hour >= first && hour < end) hours.add(hour);
    const { compacted } = this.#files;
    if (end - first < compacted.size) {
      for (let hour = first; hour < end; hour++) if (compacted.has(hour)) hours.add(hour);
    } else {
      for (const hour of compacted.keys()) if (hour >= first && hour < end) hours.add(hour);
    }
    return [...hours].sort((a, b) => a - b);
  }

  async #readHours(hours: readonly number[], range: TimeRange): Promise<Rows> {
    const compacted: number[] = [];
    const reads: Promise<Rows>[] = [];
    for (const hour of hours) {
      const l0 = this.#files.l0Of(hour).filter((file) => this.#isVisible(file));
      const file = this.#files.compacted.get(hour);
      const isCompactedVisible = file !== undefined && this.#isVisible(file);
      if (l0.length === 0 && isCompactedVisible) compacted.push(hour);
      // Read separately: an L0 file's rows of another hour may be older than the compacted file of that hour.
      else if (l0.length > 0) {
        reads.push(this.#readRaw([...(isCompactedVisible ? [file] : []), ...l0], [hour], range));
      }
    }
    const files = compacted.map((hour) => this.#files.compacted.get(hour) as StoredFile);
    if (files.length > 0) reads.unshift(this.#readRaw(files, compacted, range));
    const parts = await Promise.all(reads);
    const fromMs = Math.max(range.fromMs, (hours[0] as number) * HOUR_MS);
    const toMs = Math.min(range.toMs, ((hours.at(-1) as number) + 1) * HOUR_MS);
    return mergeRows([...parts, within(this.#memtableRows, fromMs, toMs)]);
  }

  async #readRaw(files: readonly StoredFile[], hours: readonly number[], range: TimeRange): Promise<Rows> {
    const spans = runsOf(hours).map((run) => {
      const fromMs = Math.max(range.fromMs, run.first * HOUR_MS);
      const toMs = Math.min(range.toMs, (run.last + 1) * HOUR_MS);
      return `(timestamp_ms >= ${fromMs} AND timestamp_ms < ${toMs})`;
    });
    const paths = files.map((file) => file.path);
    const [timestampsMs, ...values] = await this.#session.readDoubles(
      `SELECT ${RAW_DOUBLES} FROM ${rawFiles(paths)} WHERE machine_id = ${this.#machine} AND (${spans.join(' OR ')})`,
      paths,
    );
    return timestampsMs ? mergeRows([{ length: timestampsMs.length, timestampsMs, values }]) : NO_ROWS;
  }

  /** One query for all parts, because planning a query takes longer than reading these rows. */
  async #addRollups(sums: BucketSums, parts: readonly RollupPart[]): Promise<void> {
    const selects: string[] = [];
    const paths: string[] = [];
    for (const [number, part] of parts.entries()) {
      const files = this.#rollupFiles(part);
      if (files.length === 0) continue;
      paths.push(...files);
      selects.push(`SELECT ${ROLLUP_DOUBLES}, ${number}::DOUBLE FROM ${rollupFiles(files)}
        WHERE machine_id = ${this.#machine} AND timestamp_ms >= ${part.fromMs} AND timestamp_ms < ${part.toMs}`);
    }
    if (selects.length === 0) return;
    const columns = await this.#session.readDoubles(selects.join(' UNION ALL '), paths);
    const partOfRow = columns.at(-1);
    if (!partOfRow) return;
    for (const [number, part] of parts.entries()) {
      sums.addRollups(newestPerBucket(rowsOfPart(columns, partOfRow, number)), part.includes);
    }
  }

  /** Oldest first within a directory. The directories do not overlap. */
  #rollupFiles(part: RollupPart): string[] {
    if (part.fromMs >= part.toMs) return [];
    const first = rollupSpan(part.interval, part.fromMs);
    const last = rollupSpan(part.interval, part.toMs - 1);
    const paths: string[] = [];
    for (const [span, files] of this.#files.rollups[part.interval]) {
      if (span < first || span > last) continue;
      for (const file of files) if (this.#isVisible(file)) paths.push(file.path);
    }
    return paths;
  }

  #isVisible(file: StoredFile): boolean {
    return file.maxSequence > this.#afterSequence;
  }
}

function within(rows: Rows, fromMs: number, toMs: number): Rows {
  const start = lowerBound(rows.timestampsMs, rows.length, fromMs);
  return sliceRows(rows, start, Math.max(start, lowerBound(rows.timestampsMs, rows.length, toMs)));
}

/** The rows of one part of the combined query. */
function rowsOfPart(columns: RollupColumns, partOfRow: Float64Array, number: number): RollupColumns {
  if (partOfRow.every((part) => part === number)) return columns;
  const rows: number[] = [];
  for (let i = 0; i < partOfRow.length; i++) if (partOfRow[i] === number) rows.push(i);
  return columns.map((column) => Float64Array.from(rows, (row) => column[row] as number));
}

function chunksOf(hours: readonly number[]): number[][] {
  const chunks: number[][] = [];
  for (let at = 0; at < hours.length; at += HOURS_PER_READ) chunks.push(hours.slice(at, at + HOURS_PER_READ));
  return chunks;
}
