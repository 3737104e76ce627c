// The embedded store of readings: a journal and memory for the newest, Parquet files read by DuckDB for the rest.

import { join } from 'node:path';
import { type Clock, type MonotonicClock, systemMonotonicClock } from '../../../clock.ts';
import { describeDiskFault } from '../../../disk-fault.ts';
import { isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { CallsUnderWay } from '../../calls-under-way.ts';
import type { ReadingColumns } from '../../reading-columns.ts';
import {
  type BucketPage,
  type BucketRange,
  INTERVALS_MS,
  type OpenReport,
  type RawPage,
  type RawRange,
  type RetentionDays,
} from '../../reading-store.ts';
import { NONE_REFUSED, type RefusedReadings } from '../../refused-readings.ts';
import type { StoredReadings } from '../../store-files.ts';
import { TIER_OF } from '../../tiers.ts';
import { CompactionScheduler } from './compaction/compaction-scheduler.ts';
import { DataDirectoryLock } from './data-directory-lock.ts';
import { DuckdbSession } from './duckdb-session.ts';
import { linkFiles } from './files/link-files.ts';
import { PartitionCatalog } from './files/partition-catalog.ts';
import { FORMAT_FILE } from './files/store-format.ts';
import { Tombstones } from './files/tombstones.ts';
import { TrashFolder } from './files/trash-folder.ts';
import { Journal } from './journal/journal.ts';
import { WriteBuffer } from './memtable/write-buffer.ts';
import { NewestReadings } from './newest-readings.ts';
import { puttingAside } from './quarantined-file.ts';
import { MachineView } from './query/machine-view.ts';
import type { TimeRange } from './query/query-plan.ts';
import { readRawPage } from './query/raw-page.ts';
import { openStore } from './recovery.ts';
import { orUnavailable, unavailable } from './unavailable.ts';
import { verifyFiles } from './verify-files.ts';

/** Where the years have four digits; no reading lies outside. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const END_MS = Date.UTC(10_000, 0);

export interface DuckdbReadingStoreOptions {
  /** Belongs to the store alone. */
  directory: string;
  clock: Clock;
  monotonic?: MonotonicClock | undefined;
  log: Logger;
  /** Readings in memory that start a compaction by themselves; at four times as many appends wait for it. */
  maxHotReadings?: number;
  /** Rows that housekeeping sorts at once; tests make it small. */
  partRows?: number;
}

export class DuckdbReadingStore implements StoredReadings {
  readonly #log: Logger;
  readonly #files: { session: DuckdbSession; catalog: PartitionCatalog; log: Logger };
  readonly #maxHotReadings: number;
  readonly #lock: DataDirectoryLock;
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #trash: TrashFolder;
  readonly #newest: NewestReadings;
  readonly #journal: Journal;
  readonly #hot: WriteBuffer;
  readonly #maintainer: CompactionScheduler;
  readonly #asideSuffix: string;
  readonly #calls = new CallsUnderWay();
  /** Why the memory could not be emptied when an append waited for it; null where it could. */
  #roomFault: unknown = null;
  #closing: Promise<void> | null = null;

  constructor(options: DuckdbReadingStoreOptions) {
    const { directory, clock, log } = options;
    this.#log = log;
    this.#maxHotReadings = options.maxHotReadings ?? 500_000;
    this.#asideSuffix = `damaged-${new Date(clock.nowMs()).toISOString().replaceAll(/[-:.]/g, '')}`;
    this.#lock = new DataDirectoryLock(directory);
    this.#session = new DuckdbSession(join(directory, 'temporary'));
    this.#trash = new TrashFolder(directory, options.monotonic ?? systemMonotonicClock, log);
    this.#catalog = new PartitionCatalog(directory, this.#asideSuffix, this.#trash);
    this.#files = { session: this.#session, catalog: this.#catalog, log };
    this.#tombstones = new Tombstones(directory);
    this.#newest = new NewestReadings(directory);
    this.#journal = new Journal(join(directory, 'journal'));
    this.#hot = new WriteBuffer(this.#journal);
    this.#maintainer = new CompactionScheduler({
      session: this.#session,
      catalog: this.#catalog,
      tombstones: this.#tombstones,
      trash: this.#trash,
      newest: this.#newest,
      hot: this.#hot,
      clock,
      log,
      ...(options.partRows === undefined ? {} : { partRows: options.partRows }),
    });
  }

  async open(): Promise<OpenReport> {
    await this.#lock.take();
    try {
      const { damaged, nextGeneration } = await openStore({
        session: this.#session,
        catalog: this.#catalog,
        tombstones: this.#tombstones,
        trash: this.#trash,
        newest: this.#newest,
        journal: this.#journal,
        hot: this.#hot,
        asideSuffix: this.#asideSuffix,
      });
      this.#maintainer.start(nextGeneration);
      this.#calls.open();
      return { damaged };
    } catch (error) {
      this.#session.close();
      this.#lock.release();
      throw error;
    }
  }

  append(batch: ReadingColumns): Promise<readonly RefusedReadings[]> {
    return this.#calls.run(async () => {
      if (batch.length === 0) return NONE_REFUSED;
      // Waits for the housekeeping under way and a compaction after it: the limit of what is in memory.
      if (this.#isFull()) await orUnavailable(() => this.#makeRoom());
      await orUnavailable(() => this.#hot.append(batch, () => this.#newest.note(batch)));
      this.#maintainer.noteAppend();
      if (this.#hot.activeLength > this.#maxHotReadings && !this.#maintainer.isBusy) this.#compactSoon();
      return NONE_REFUSED;
    });
  }

  probe(): Promise<void> {
    return this.#calls.run(async () => {
      try {
        if (this.#isFull() && this.#roomFault !== null) throw this.#roomFault;
        await this.#hot.probe();
      } catch (cause) {
        throw unavailable(cause, describeDiskFault(cause));
      }
    });
  }

  raw(query: RawRange): Promise<RawPage> {
    return this.#query(query.machineId, query, (view, range) => readRawPage(view, { ...query, ...range }));
  }

  buckets(query: BucketRange): Promise<BucketPage> {
    return this.#query(query.machineId, query, async (view, range) => {
      const sums = await view.sums(range, TIER_OF[query.interval], INTERVALS_MS[query.interval]);
      return sums.page(query.order, query.offset, query.limit);
    });
  }

  latest(): Promise<ReadingColumns> {
    return this.#calls.run(async () => this.#newest.all());
  }

  export(query: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>): AsyncIterable<ReadingColumns> {
    return this.#calls.stream(() => this.#rows(query.machineId, bounded(query)));
  }

  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    return this.#calls.run(() => puttingAside(this.#files, () => this.#maintainer.run(nowMs, retention, signal)));
  }

  deleteMachine(machineId: string): Promise<void> {
    return this.#calls.run(() => orUnavailable(() => this.#maintainer.forget(machineId)));
  }

  snapshot(directory: string, alongside: () => Promise<void>): Promise<void> {
    return this.#calls.run(() =>
      this.#maintainer.standStill(() =>
        this.#hot.standStill(async (journalPaths) => {
          await alongside();
          const { root, files } = this.#catalog;
          const paths = [join(root, FORMAT_FILE), ...journalPaths, ...this.#tombstones.savedPaths];
          for (const file of files.all()) paths.push(file.path);
          await linkFiles(root, paths, directory);
        }),
      ),
    );
  }

  verify(progress: (line: string) => void): Promise<{ files: number; readings: number; faults: string[] }> {
    return this.#calls.run(async () => {
      const release = this.#catalog.hold();
      try {
        const hiddenIn = (generation: number) => this.#tombstones.hiddenIn(generation);
        return await verifyFiles(this.#session, this.#catalog, hiddenIn, progress);
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
    this.#maintainer.stop();
    this.#session.breakOffQueries();
    await ended;
    await this.#hot.close();
    await this.#maintainer.saveNewest().catch((err: unknown) => this.#log.warn({ err }, 'newest readings not saved'));
    this.#session.close();
    this.#lock.release();
  }

  #query<T>(machineId: string, range: TimeRange, ask: (view: MachineView, range: TimeRange) => Promise<T>): Promise<T> {
    return this.#calls.run(() =>
      puttingAside(this.#files, async () => {
        const within = bounded(range);
        const view = this.#view(machineId, within);
        try {
          return await ask(view, within);
        } finally {
          view.release();
        }
      }),
    );
  }

  async *#rows(machineId: string, range: TimeRange): AsyncIterable<ReadingColumns> {
    const view = this.#view(machineId, range);
    try {
      for await (const rows of view.rows(range, 'asc')) {
        if (rows.length > 0) yield { ...rows, machineIds: new Array<string>(rows.length).fill(machineId) };
      }
    } catch (cause) {
      throw isAppError(cause) ? cause : unavailable(cause);
    } finally {
      view.release();
    }
  }

  #view(id: string, range: TimeRange): MachineView {
    const hot = this.#hot.rows(id, range.fromMs, range.toMs);
    const afterGeneration = this.#tombstones.generationOf(id);
    return new MachineView(this.#session, this.#catalog, { id, hot, afterGeneration }, range);
  }

  #isFull(): boolean {
    return this.#hot.length > 4 * this.#maxHotReadings;
  }

  async #makeRoom(): Promise<void> {
    try {
      await this.#maintainer.compact();
      this.#roomFault = null;
    } catch (error) {
      this.#roomFault = error;
      throw error;
    }
  }

  #compactSoon(): void {
    const compaction = this.#calls.run(() => this.#maintainer.compact());
    compaction.catch((err: unknown) => this.#log.error({ err }, 'compaction of readings failed; it is tried again'));
  }
}

function bounded(range: TimeRange): TimeRange {
  return { fromMs: Math.max(range.fromMs, FIRST_MS), toMs: Math.min(range.toMs, END_MS) };
}
