// One machine as a query sees it: files and hot rows of one moment, whatever is written or merged meanwhile.

import { INTERVALS_MS } from '../../reading-store.ts';
import { dayOf, HOUR_MS, hourOf, type Tier } from '../../tiers.ts';
import { BucketSums, newestPerBucket, type TierColumns } from './bucket-sums.ts';
import type { DuckdbSession } from './duckdb-session.ts';
import { tierSpan } from './file-names.ts';
import type { FileSet, StoredFile } from './file-set.ts';
import type { PartitionCatalog } from './partition-catalog.ts';
import { planRange, runsOf, type TimeRange } from './query-plan.ts';
import { quote, RAW_DOUBLES, rawFiles, TIER_DOUBLES, tierFiles } from './reading-sql.ts';
import { lowerBound, mergeRows, NO_ROWS, type Rows, sliceRows } from './rows.ts';

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
    const tierReads = plan.tierParts.map(async (part) => {
      sums.addTier(await this.#readTier(part.tier, part), part.takes);
    });
    const expired = plan.rawHours.filter((hour) => !this.#files.settled.has(hour) && !this.#unsettled.has(hour));
    const minuteReads = expired.map(async (hour) => {
      const fromMs = Math.max(range.fromMs, hour * HOUR_MS);
      const toMs = Math.min(range.toMs, (hour + 1) * HOUR_MS);
      // The single readings are gone; whole minutes are as near as it gets to the edge of the range.
      sums.addTier(await this.#readTier('1m', { fromMs, toMs }), (startMs) => startMs + MINUTE_MS <= toMs);
    });
    const rawReads = runsOf(plan.rawHours.filter((hour) => !expired.includes(hour))).map(async (run) => {
      const from = Math.max(range.fromMs, run.first * HOUR_MS);
      const to = Math.min(range.toMs, (run.last + 1) * HOUR_MS);
      for await (const rows of this.rows({ fromMs: from, toMs: to }, 'asc')) sums.addRows(rows);
    });
    await Promise.all([...tierReads, ...minuteReads, ...rawReads]);
    return sums;
  }

  /** The single readings of a range in pieces of at most a day, each ascending; the pieces in the given order. */
  async *rows(range: TimeRange, order: 'asc' | 'desc'): AsyncIterable<Rows> {
    for (const group of groupsOf(this.#hoursWithRows(range), order)) yield await this.#readHours(group, range);
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

  /** All single readings of a few hours of one day. */
  async #readHours(hours: readonly number[], range: TimeRange): Promise<Rows> {
    const settled: number[] = [];
    const reads: { hour: number; rows: Promise<Rows> }[] = [];
    for (const hour of hours) {
      const loose = this.#files.looseOf(hour).filter((file) => this.#isSeen(file));
      const file = this.#files.settled.get(hour);
      const isSettledSeen = file !== undefined && this.#isSeen(file);
      if (loose.length === 0 && isSettledSeen) settled.push(hour);
      // By itself: what a loose file says of another hour may be older than that hour's settled file.
      else if (loose.length > 0) {
        reads.push({ hour, rows: this.#readRaw([...(isSettledSeen ? [file] : []), ...loose], [hour], range) });
      }
    }
    const files = settled.map((hour) => this.#files.settled.get(hour) as StoredFile);
    if (files.length > 0) reads.push({ hour: settled[0] as number, rows: this.#readRaw(files, settled, range) });
    const parts = await Promise.all(reads.map((read) => read.rows));
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

  async #readTier(tier: Tier, range: TimeRange): Promise<TierColumns> {
    if (range.fromMs >= range.toMs) return [];
    const first = tierSpan(tier, range.fromMs);
    const last = tierSpan(tier, range.toMs - 1);
    const files: StoredFile[] = [];
    for (const [span, each] of this.#files.tiers[tier]) {
      if (span >= first && span <= last) files.push(...each.filter((file) => this.#isSeen(file)));
    }
    if (files.length === 0) return [];
    const paths = files.map((file) => file.path);
    const columns = await this.#session.readDoubles(
      `SELECT ${TIER_DOUBLES} FROM ${tierFiles(paths)}
       WHERE machine_id = ${this.#machine} AND timestamp_ms >= ${range.fromMs} AND timestamp_ms < ${range.toMs}`,
      paths,
    );
    return newestPerBucket(columns);
  }

  #isSeen(file: StoredFile): boolean {
    return file.maxGeneration > this.#afterGeneration;
  }
}

function within(rows: Rows, fromMs: number, toMs: number): Rows {
  const start = lowerBound(rows.timestampsMs, rows.length, fromMs);
  return sliceRows(rows, start, Math.max(start, lowerBound(rows.timestampsMs, rows.length, toMs)));
}

/** Neighbouring hours together, at most a day of them and never across midnight. */
function groupsOf(hours: readonly number[], order: 'asc' | 'desc'): number[][] {
  const groups: number[][] = [];
  for (const hour of hours) {
    const group = groups.at(-1);
    if (group && group.length < HOURS_PER_READ && dayOf(group[0] as number) === dayOf(hour)) group.push(hour);
    else groups.push([hour]);
  }
  return order === 'asc' ? groups : groups.reverse();
}
