// The embedded store of readings: a journal and a memtable for the newest readings, Parquet files read by DuckDB for
// the rest.

import { join } from 'node:path';
import type { MetricKind } from '@gonsters/contract';
import { type Clock, type MonotonicClock, systemMonotonicClock } from '../../../clock.ts';
import { describeDiskFault } from '../../../disk.ts';
import { isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { PendingCalls } from '../../pending-calls.ts';
import type { ReadingBatch } from '../../reading-batch.ts';
import type {
  BucketPage,
  BucketQuery,
  OpenReport,
  RawPage,
  RawQuery,
  ReadingRange,
  RetentionDays,
} from '../../reading-store.ts';
import type { ReadingTable } from '../../reading-table.ts';
import { NONE_REFUSED, type RefusedReadings } from '../../refused-readings.ts';
import type { MachineRollups, PartialSource, StoredReadings } from '../../store-copies.ts';
import type { StoredDamage } from '../../stored-damage.ts';
import { HOUR_MS, type RollupInterval } from '../../time-buckets.ts';
import { CompactionScheduler } from './compaction/compaction-scheduler.ts';
import { DataDirectoryLock } from './data-directory-lock.ts';
import { DuckdbSession } from './duckdb-session.ts';
import { DamageList } from './files/damage-list.ts';
import { linkFiles } from './files/durable-files.ts';
import { Manifest } from './files/manifest.ts';
import { PartitionCatalog } from './files/partition-catalog.ts';
import { FORMAT_FILE } from './files/store-format.ts';
import { Tombstones } from './files/tombstones.ts';
import { TrashFolder } from './files/trash-folder.ts';
import { WeeklyCheck } from './files/weekly-check.ts';
import { Journal } from './journal/journal.ts';
import { WriteBuffer } from './memtable/write-buffer.ts';
import { NewestReadings } from './newest-readings.ts';
import { retryWithoutDamaged } from './quarantined-file.ts';
import { MachineView } from './query/machine-view.ts';
import type { TimeRange } from './query/query-plan.ts';
import { exportTables, readRawPage } from './query/raw-page.ts';
import { readAllPartials } from './query/read-all-partials.ts';
import { readBucketPage } from './query/read-buckets.ts';
import { openStore } from './recovery.ts';
import { orUnavailable, unavailable } from './unavailable.ts';
import { verifyFiles } from './verify-files.ts';

/** Years have four digits within these bounds. No reading lies outside them. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const END_MS = Date.UTC(10_000, 0);
/** The default of the setting `inactivity_timeout`. */
const DEFAULT_HOLD_MS = HOUR_MS;

export interface DuckdbReadingStoreOptions {
  /** Used by this store only. */
  directory: string;
  clock: Clock;
  monotonic?: MonotonicClock | undefined;
  log: Logger;
  /** What the values of a metric are, by its name, which decides how they are summarised. */
  kindOf?: (metricName: string) => MetricKind;
  /**
   * In rollups of hours and days, a boolean or state that is followed by a gap was unknown after this time. Queries with
   * another hold get these gaps as they were summarised.
   */
  holdMs?: number;
  /** The memtable is flushed above this number of values. Above four times as many, appends wait for the flush. */
  maxMemtableValues?: number;
  /** Rows that a compaction sorts at once. Tests set a small number. */
  maxRowsPerSort?: number;
}

export class DuckdbReadingStore implements StoredReadings, PartialSource {
  readonly #log: Logger;
  readonly #files: { session: DuckdbSession; catalog: PartitionCatalog; log: Logger };
  readonly #maxMemtableValues: number;
  readonly #lock: DataDirectoryLock;
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #trash: TrashFolder;
  readonly #manifest: Manifest;
  readonly #damage: DamageList;
  readonly #weeklyCheck: WeeklyCheck;
  readonly #newest: NewestReadings;
  readonly #journal: Journal;
  readonly #writeBuffer: WriteBuffer;
  readonly #rules: { kindOf: (metricName: string) => MetricKind; holdMs: number };
  readonly #compactionScheduler: CompactionScheduler;
  readonly #damagedSuffix: string;
  readonly #calls = new PendingCalls();
  /** Why the flush that an append waited for failed; null if it succeeded. */
  #flushFault: unknown = null;
  #closing: Promise<void> | null = null;

  constructor(options: DuckdbReadingStoreOptions) {
    const { directory, clock, log } = options;
    this.#log = log;
    this.#maxMemtableValues = options.maxMemtableValues ?? 1_500_000;
    this.#damagedSuffix = `damaged-${new Date(clock.nowMs()).toISOString().replaceAll(/[-:.]/g, '')}`;
    this.#lock = new DataDirectoryLock(directory);
    this.#session = new DuckdbSession(join(directory, 'temporary'));
    const monotonic = options.monotonic ?? systemMonotonicClock;
    this.#trash = new TrashFolder(directory, monotonic, log);
    this.#manifest = new Manifest(directory, clock, (path) => this.#session.countRows(path));
    this.#damage = new DamageList(directory, clock);
    const registers = { trash: this.#trash, manifest: this.#manifest, damage: this.#damage };
    this.#catalog = new PartitionCatalog(directory, this.#damagedSuffix, registers);
    this.#files = { session: this.#session, catalog: this.#catalog, log };
    this.#tombstones = new Tombstones(directory);
    this.#newest = new NewestReadings(directory);
    this.#journal = new Journal(join(directory, 'journal'), this.#manifest);
    this.#writeBuffer = new WriteBuffer(this.#journal);
    this.#rules = { kindOf: options.kindOf ?? (() => 'gauge'), holdMs: options.holdMs ?? DEFAULT_HOLD_MS };
    this.#compactionScheduler = new CompactionScheduler({
      session: this.#session,
      catalog: this.#catalog,
      tombstones: this.#tombstones,
      trash: this.#trash,
      manifest: this.#manifest,
      damage: this.#damage,
      newest: this.#newest,
      writeBuffer: this.#writeBuffer,
      clock,
      monotonic,
      log,
      rules: this.#rules,
      ...(options.maxRowsPerSort === undefined ? {} : { maxRowsPerSort: options.maxRowsPerSort }),
    });
    this.#weeklyCheck = new WeeklyCheck({
      manifest: this.#manifest,
      catalog: this.#catalog,
      monotonic,
      hasOtherWork: () => this.#compactionScheduler.isBusy,
      log,
    });
  }

  async open(): Promise<OpenReport> {
    await this.#lock.acquire();
    try {
      const { damaged, nextSequence } = await openStore({
        session: this.#session,
        catalog: this.#catalog,
        tombstones: this.#tombstones,
        trash: this.#trash,
        manifest: this.#manifest,
        damage: this.#damage,
        newest: this.#newest,
        journal: this.#journal,
        writeBuffer: this.#writeBuffer,
        damagedSuffix: this.#damagedSuffix,
        log: this.#log,
      });
      await this.#compactionScheduler.start(nextSequence);
      this.#calls.open();
      return { damaged };
    } catch (error) {
      await this.#manifest.close();
      this.#session.close();
      this.#lock.release();
      throw error;
    }
  }

  append(batch: ReadingBatch): Promise<readonly RefusedReadings[]> {
    return this.#calls.run(async () => {
      if (batch.length === 0) return NONE_REFUSED;
      // Bounds the memory: the append waits for the current job and then for a flush.
      if (this.#isFull()) await orUnavailable(() => this.#flushMemtable());
      await orUnavailable(() => this.#writeBuffer.append(batch, () => this.#newest.note(batch)));
      this.#compactionScheduler.noteAppend();
      if (this.#writeBuffer.activeLength > this.#maxMemtableValues && !this.#compactionScheduler.isBusy)
        this.#flushSoon();
      return NONE_REFUSED;
    });
  }

  probe(): Promise<void> {
    return this.#calls.run(async () => {
      try {
        if (this.#isFull() && this.#flushFault !== null) throw this.#flushFault;
        await this.#writeBuffer.probe();
      } catch (cause) {
        throw unavailable(cause, describeDiskFault(cause));
      }
    });
  }

  raw(query: RawQuery): Promise<RawPage> {
    const range = bounded(query);
    return this.#query(query.machineId, query.metrics, range, (view) => readRawPage(view, { ...query, ...range }));
  }

  buckets(query: BucketQuery): Promise<BucketPage> {
    const range = bounded(query);
    const metrics = query.metrics.map(({ metric }) => metric);
    const reachesBack = query.metrics.some(({ kind }) => kind !== 'gauge');
    const seen = reachesBack ? { ...range, fromMs: FIRST_MS } : range;
    return this.#query(query.machineId, metrics, seen, (view) => readBucketPage(view, { ...query, ...range }));
  }

  partials(interval: RollupInterval, query: ReadingRange): Promise<MachineRollups> {
    const range = bounded(query);
    return this.#query(query.machineId, null, range, (view) => readAllPartials(view, interval, range, this.#rules));
  }

  latest(): Promise<ReadingBatch> {
    return this.#calls.run(async () => this.#newest.all());
  }

  export(query: ReadingRange & { metrics: readonly number[] | null }): AsyncIterable<ReadingTable> {
    return this.#calls.stream(() => this.#tables({ ...query, ...bounded(query) }));
  }

  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    return this.#calls.run(async () => {
      await retryWithoutDamaged(this.#files, () => this.#compactionScheduler.run(nowMs, retention, signal));
      // By a wrong clock every file would be due.
      if (retention !== null) await this.#weeklyCheck.run(nowMs, this.#compactionScheduler.endingWith(signal));
    });
  }

  damage(): readonly StoredDamage[] {
    return this.#damage.all;
  }

  acknowledgeDamage(files: readonly string[]): Promise<void> {
    return this.#calls.run(() => orUnavailable(() => this.#damage.acknowledge(files)));
  }

  deleteMachine(machineId: string): Promise<void> {
    return this.#calls.run(() => orUnavailable(() => this.#compactionScheduler.deleteMachine(machineId)));
  }

  snapshot(directory: string, alongside: () => Promise<void>): Promise<void> {
    return this.#calls.run(() =>
      this.#compactionScheduler.whileFilesUnchanged(() =>
        this.#writeBuffer.whileAppendsPaused(async (journalPaths) => {
          await alongside();
          const { root, files } = this.#catalog;
          const paths = [
            join(root, FORMAT_FILE),
            ...journalPaths,
            ...this.#tombstones.savedPaths,
            ...this.#compactionScheduler.savedPaths,
          ];
          for (const file of files.all()) paths.push(file.path);
          await linkFiles(root, paths, directory);
          await this.#manifest.writeCopy(directory, paths);
        }),
      ),
    );
  }

  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }> {
    return this.#calls.run(async () => {
      const release = this.#catalog.hold();
      try {
        const hiddenIn = (sequence: number) => this.#tombstones.hiddenIn(sequence);
        return await verifyFiles(this.#session, this.#catalog, this.#manifest, hiddenIn, progress);
      } finally {
        release();
      }
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.#calls.isOpen) return;
    const ended = this.#calls.close();
    this.#compactionScheduler.stop();
    this.#session.interruptQueries();
    await ended;
    await this.#writeBuffer.close();
    await this.#compactionScheduler
      .saveNewest()
      .catch((err: unknown) =>
        this.#log.warn({ err }, 'The newest readings could not be saved. The next start searches for them'),
      );
    await this.#manifest.close();
    this.#session.close();
    this.#lock.release();
  }

  #query<T>(
    machineId: string,
    metrics: readonly number[] | null,
    range: TimeRange,
    ask: (view: MachineView) => Promise<T>,
  ): Promise<T> {
    return this.#calls.run(() =>
      retryWithoutDamaged(this.#files, async () => {
        const view = this.#view(machineId, metrics, range);
        try {
          return await ask(view);
        } finally {
          view.release();
        }
      }),
    );
  }

  async *#tables(query: ReadingRange & { metrics: readonly number[] | null }): AsyncIterable<ReadingTable> {
    const view = this.#view(query.machineId, query.metrics, query);
    try {
      for await (const table of exportTables(view, query, query.metrics)) if (table.length > 0) yield table;
    } catch (cause) {
      throw isAppError(cause) ? cause : unavailable(cause);
    } finally {
      view.release();
    }
  }

  #view(id: string, metrics: readonly number[] | null, range: TimeRange): MachineView {
    const machine = { id, metrics, afterSequence: this.#tombstones.sequenceOf(id) };
    return new MachineView(this.#session, this.#catalog, this.#writeBuffer, machine, range);
  }

  #isFull(): boolean {
    return this.#writeBuffer.length > 4 * this.#maxMemtableValues;
  }

  async #flushMemtable(): Promise<void> {
    try {
      await this.#compactionScheduler.flush();
      this.#flushFault = null;
    } catch (error) {
      this.#flushFault = error;
      throw error;
    }
  }

  #flushSoon(): void {
    const flush = this.#calls.run(() => this.#compactionScheduler.flush());
    flush.catch((err: unknown) => {
      // The journal still holds what a stop interrupted.
      if (isAppError(err, 'closed')) return;
      this.#log.error({ err }, 'Readings could not be flushed to a file. The next background job tries again');
    });
  }
}

function bounded(range: TimeRange): TimeRange {
  return { fromMs: Math.max(range.fromMs, FIRST_MS), toMs: Math.min(range.toMs, END_MS) };
}
