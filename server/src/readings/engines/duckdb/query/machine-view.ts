// One machine as a query sees it: files and hot rows of one moment, whatever is written or merged meanwhile.

import { BucketSums, newestPerBucket, type TierColumns } from '../../../bucket-sums.ts';
import { INTERVALS_MS } from '../../../reading-store.ts';
import { HOUR_MS, hourOf, runsOf, type Tier } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { tierSpan } from '../files/file-names.ts';
import type { FileSet, StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import { quote, RAW_DOUBLES, rawFiles, TIER_DOUBLES, tierFiles } from '../reading-sql.ts';
import { lowerBound, mergeRows, NO_ROWS, type Rows, sliceRows } from '../rows.ts';
import { planRange, type TierPart, type TimeRange } from './query-plan.ts';

/** Hours that one query reads at once: bounds its memory. */
const HOURS_PER_READ = 24;
const MINUTE_MS = INTERVALS_MS['1m'];

export class MachineView {
  readonly #session: DuckdbSession;
  readonly #machine: string;
  readonly #hot: Rows;
  readonly #files: FileSet;
  readonly #afterGeneration: number;
  /** Hours of which readings are known that the tiers do not know. */
  readonly #unsettled: ReadonlySet<number>;
  readonly #release: () => void;

  /**
   * Taken in one turn of the event loop: consistent. `hot` are the machine's rows in memory within the range.
   * `afterGeneration` hides what was written before the machine was forgotten. To be released after use.
   */
  constructor(
    session: DuckdbSession,
    catalog: PartitionCatalog,
    machine: { id: string; hot: Rows; afterGeneration: number },
    range: TimeRange,
  ) {
    this.#session = session;
    this.#files = catalog.files;
    this.#release = catalog.hold();
    this.#machine = quote(machine.id);
    this.#hot = machine.hot;
    this.#afterGeneration = machine.afterGeneration;
    const unsettled = this.#files.unsettledHours(
      hourOf(range.fromMs),
      Math.ceil(range.toMs / HOUR_MS),
      machine.afterGeneration,
    );
    for (let i = 0; i < machine.hot.length; i++) unsettled.add(hourOf(machine.hot.timestampsMs[i] as number));
    this.#unsettled = unsettled;
  }

  release(): void {
    this.#release();
  }

  /** Start of the first hour with single readings: what is older only the tiers know. Infinity where there are none. */
  get firstRawMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const hour of this.#files.settled.keys()) first = Math.min(first, hour);
    for (const hour of this.#unsettled) first = Math.min(first, hour);
    return first * HOUR_MS;
  }

  /** Summaries of a range in buckets of `widthMs`, a multiple of the tier's. */
  async sums(range: TimeRange, tier: Tier, widthMs: number): Promise<BucketSums> {
    const plan = planRange(range, tier, this.#unsettled);
    const sums = new BucketSums(widthMs);
    const expired = plan.rawHours.filter((hour) => !this.#files.settled.has(hour) && !this.#unsettled.has(hour));
    // Where the single readings are gone, whole minutes are as near as it gets to the edge of the range.
    const minutes = expired.map((hour): TierPart => {
      const fromMs = Math.max(range.fromMs, hour * HOUR_MS);
      const toMs = Math.min(range.toMs, (hour + 1) * HOUR_MS);
      return { tier: '1m', fromMs, toMs, takes: (startMs) => startMs + MINUTE_MS <= toMs };
    });
    const readAllRaw = async () => {
      for (const hours of chunksOf(plan.rawHours.filter((hour) => !expired.includes(hour)))) {
        sums.addRows(await this.#readHours(hours, range));
      }
    };
    await Promise.all([this.#addTiers(sums, [...plan.tierParts, ...minutes]), readAllRaw()]);
    return sums;
  }

  /** The single readings of a range in pieces of bounded length, each ascending; the pieces in the given order. */
  async *rows(range: TimeRange, order: 'asc' | 'desc'): AsyncIterable<Rows> {
    const chunks = chunksOf(this.#hoursWithRows(range));
    for (const hours of order === 'asc' ? chunks : chunks.reverse()) yield await this.#readHours(hours, range);
  }

  /** Ascending. */
  #hoursWithRows(range: TimeRange): number[] {
    const hours = new Set<number>();
    const first = hourOf(range.fromMs);
    const end = Math.ceil(range.toMs / HOUR_MS);
    for (const hour of this.#unsettled) if (hour >= first && hour < end) hours.add(hour);
    const { settled } = this.#files;
    if (end - first < settled.size) {
      for (let hour = first; hour < end; hour++) if (settled.has(hour)) hours.add(hour);
    } else {
      for (const hour of settled.keys()) if (hour >= first && hour < end) hours.add(hour);
    }
    return [...hours].sort((a, b) => a - b);
  }

  /** The single readings of a few hours. */
  async #readHours(hours: readonly number[], range: TimeRange): Promise<Rows> {
    const settled: number[] = [];
    const reads: Promise<Rows>[] = [];
    for (const hour of hours) {
      const loose = this.#files.looseOf(hour).filter((file) => this.#isSeen(file));
      const file = this.#files.settled.get(hour);
      const isSettledSeen = file !== undefined && this.#isSeen(file);
      if (loose.length === 0 && isSettledSeen) settled.push(hour);
      // By itself: what a loose file says of another hour may be older than that hour's settled file.
      else if (loose.length > 0) {
        reads.push(this.#readRaw([...(isSettledSeen ? [file] : []), ...loose], [hour], range));
      }
    }
    const files = settled.map((hour) => this.#files.settled.get(hour) as StoredFile);
    if (files.length > 0) reads.unshift(this.#readRaw(files, settled, range));
    const parts = await Promise.all(reads);
    const fromMs = Math.max(range.fromMs, (hours[0] as number) * HOUR_MS);
    const toMs = Math.min(range.toMs, ((hours.at(-1) as number) + 1) * HOUR_MS);
    return mergeRows([...parts, within(this.#hot, fromMs, toMs)]);
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

  /** All parts in one query: planning it costs more than what it reads. */
  async #addTiers(sums: BucketSums, parts: readonly TierPart[]): Promise<void> {
    const selects: string[] = [];
    const paths: string[] = [];
    for (const [number, part] of parts.entries()) {
      const files = this.#tierFiles(part);
      if (files.length === 0) continue;
      paths.push(...files);
      selects.push(`SELECT ${TIER_DOUBLES}, ${number}::DOUBLE FROM ${tierFiles(files)}
        WHERE machine_id = ${this.#machine} AND timestamp_ms >= ${part.fromMs} AND timestamp_ms < ${part.toMs}`);
    }
    if (selects.length === 0) return;
    const columns = await this.#session.readDoubles(selects.join(' UNION ALL '), paths);
    const partOfRow = columns.at(-1);
    if (!partOfRow) return;
    for (const [number, part] of parts.entries()) {
      sums.addTier(newestPerBucket(rowsOfPart(columns, partOfRow, number)), part.takes);
    }
  }

  /** Oldest first within a directory; the directories do not overlap. */
  #tierFiles(part: TierPart): string[] {
    if (part.fromMs >= part.toMs) return [];
    const first = tierSpan(part.tier, part.fromMs);
    const last = tierSpan(part.tier, part.toMs - 1);
    const paths: string[] = [];
    for (const [span, files] of this.#files.tiers[part.tier]) {
      if (span < first || span > last) continue;
      for (const file of files) if (this.#isSeen(file)) paths.push(file.path);
    }
    return paths;
  }

  #isSeen(file: StoredFile): boolean {
    return file.maxGeneration > this.#afterGeneration;
  }
}

function within(rows: Rows, fromMs: number, toMs: number): Rows {
  const start = lowerBound(rows.timestampsMs, rows.length, fromMs);
  return sliceRows(rows, start, Math.max(start, lowerBound(rows.timestampsMs, rows.length, toMs)));
}

/** The rows of one of the queries that were asked as one. */
function rowsOfPart(columns: TierColumns, partOfRow: Float64Array, number: number): TierColumns {
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
