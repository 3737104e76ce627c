// The embedded store of readings: a journal and memory for the newest, Parquet files read by DuckDB for the rest.

import { join } from 'node:path';
import type { Clock } from '../../../clock.ts';
import { AppError, isAppError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
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
import type { StoredReadings } from '../../store-files.ts';
import { TIER_OF } from '../../tiers.ts';
import { DataDirectoryLock } from './data-directory-lock.ts';
import { DuckdbSession, UnreadableFiles } from './duckdb-session.ts';
import { HotStore } from './hot-store.ts';
import { Journal } from './journal.ts';
import { linkFiles } from './link-files.ts';
import { MachineView } from './machine-view.ts';
import { Maintainer } from './maintainer.ts';
import { NewestReadings } from './newest-readings.ts';
import { PartitionCatalog } from './partition-catalog.ts';
import type { TimeRange } from './query-plan.ts';
import { readRawPage } from './raw-page.ts';
import { openStore } from './recovery.ts';
import { FORMAT_FILE } from './store-format.ts';
import { Tombstones } from './tombstones.ts';
import { verifyFiles } from './verify-files.ts';

/** Where the years have four digits; no reading lies outside. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const END_MS = Date.UTC(10_000, 0);
const RETRY_AFTER_SECONDS = 5;

export interface DuckdbReadingStoreOptions {
  /** Belongs to the store alone. */
  directory: string;
  clock: Clock;
  log: Logger;
  /** Readings in memory that start a compaction by themselves; at four times as many appends wait for it. */
  maxHotReadings?: number;
  /** Rows that housekeeping sorts at once; tests make it small. */
  partRows?: number;
}

export class DuckdbReadingStore implements StoredReadings {
  readonly #log: Logger;
  readonly #maxHotReadings: number;
  readonly #lock: DataDirectoryLock;
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #newest: NewestReadings;
  readonly #journal: Journal;
  readonly #hot: HotStore;
  readonly #maintainer: Maintainer;
  readonly #asideSuffix: string;
  /** Calls under way; `close` waits for them. */
  readonly #calls = new Set<Promise<unknown>>();
  #state: 'new' | 'open' | 'closed' = 'new';
  #closing: Promise<void> | null = null;

  constructor(options: DuckdbReadingStoreOptions) {
    const { directory, clock, log } = options;
    this.#log = log;
    this.#maxHotReadings = options.maxHotReadings ?? 500_000;
    this.#asideSuffix = `damaged-${new Date(clock.nowMs()).toISOString().replaceAll(/[-:.]/g, '')}`;
    this.#lock = new DataDirectoryLock(directory);
    this.#session = new DuckdbSession(join(directory, 'temporary'));
    this.#catalog = new PartitionCatalog(directory, this.#asideSuffix);
    this.#tombstones = new Tombstones(directory);
    this.#newest = new NewestReadings(directory);
    this.#journal = new Journal(join(directory, 'journal'));
    this.#hot = new HotStore(this.#journal);
    this.#maintainer = new Maintainer({
      session: this.#session,
      catalog: this.#catalog,
      tombstones: this.#tombstones,
      newest: this.#newest,
      hot: this.#hot,
      clock,
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
        newest: this.#newest,
        journal: this.#journal,
        hot: this.#hot,
        asideSuffix: this.#asideSuffix,
      });
      this.#maintainer.start(nextGeneration);
      this.#state = 'open';
      return { damaged };
    } catch (error) {
      this.#session.close();
      this.#lock.release();
      throw error;
    }
  }

  append(batch: ReadingColumns): Promise<void> {
    return this.#call(async () => {
      if (batch.length === 0) return;
      if (this.#isFull()) await this.#makeRoom();
      try {
        await this.#hot.append(batch, () => this.#newest.note(batch));
      } catch (cause) {
        throw unavailable(cause);
      }
      this.#maintainer.noteAppend();
      if (this.#hot.activeLength > this.#maxHotReadings && !this.#maintainer.isBusy) this.#compactSoon();
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
    return this.#call(async () => this.#newest.all());
  }

  async *export(query: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>): AsyncIterable<ReadingColumns> {
    if (this.#state !== 'open') throw new AppError('closed');
    const range = bounded(query);
    const view = this.#view(query.machineId, range);
    let finish: () => void = () => undefined;
    const call = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#calls.add(call);
    try {
      for await (const rows of view.rows(range, 'asc')) {
        if (rows.length > 0) yield { ...rows, machineIds: new Array<string>(rows.length).fill(query.machineId) };
        if (this.#state !== 'open') throw new AppError('closed');
      }
    } catch (cause) {
      throw isAppError(cause) ? cause : unavailable(cause);
    } finally {
      view.release();
      finish();
      this.#calls.delete(call);
    }
  }

  maintain(nowMs: number, retention: RetentionDays): Promise<void> {
    return this.#call(() => this.#puttingAside(() => this.#maintainer.run(nowMs, retention)));
  }

  deleteMachine(machineId: string): Promise<void> {
    return this.#call(async () => {
      try {
        await this.#maintainer.forget(machineId);
      } catch (cause) {
        throw unavailable(cause);
      }
    });
  }

  snapshot(directory: string, alongside: () => Promise<void>): Promise<void> {
    return this.#call(() =>
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
    return this.#call(async () => {
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
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    if (!wasOpen) return;
    this.#maintainer.stop();
    await Promise.allSettled(this.#calls);
    await this.#hot.close();
    await this.#maintainer.saveNewest().catch((err: unknown) => this.#log.warn({ err }, 'newest readings not saved'));
    this.#session.close();
    this.#lock.release();
  }

  #call<T>(run: () => Promise<T>): Promise<T> {
    if (this.#state !== 'open') return Promise.reject(new AppError('closed'));
    const call = run();
    this.#calls.add(call);
    const forget = () => this.#calls.delete(call);
    call.then(forget, forget);
    return call;
  }

  #query<T>(machineId: string, range: TimeRange, ask: (view: MachineView, range: TimeRange) => Promise<T>): Promise<T> {
    return this.#call(() =>
      this.#puttingAside(async () => {
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

  #view(id: string, range: TimeRange): MachineView {
    const hot = this.#hot.rows(id, range.fromMs, range.toMs);
    const afterGeneration = this.#tombstones.generationOf(id);
    return new MachineView(this.#session, this.#catalog, { id, hot, afterGeneration }, range);
  }

  /** A file that turns out to be damaged is put aside, and what was asked is done again with the rest. */
  async #puttingAside<T>(run: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (isAppError(error)) throw error;
        const damaged = error instanceof UnreadableFiles ? await this.#session.findUnreadable(error.paths) : [];
        if (damaged.length === 0) throw unavailable(error);
        for (const path of damaged) {
          this.#log.error({ file: path, err: error }, 'a damaged file of readings was put aside');
          await this.#catalog.putAside(path);
        }
      }
    }
  }

  /** Waits for the housekeeping under way and a compaction after it: the limit of what is in memory. */
  async #makeRoom(): Promise<void> {
    try {
      await this.#maintainer.compact();
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  #isFull(): boolean {
    return this.#hot.length > 4 * this.#maxHotReadings;
  }

  #compactSoon(): void {
    const compaction = this.#call(() => this.#maintainer.compact());
    compaction.catch((err: unknown) => this.#log.error({ err }, 'compaction of readings failed; it is tried again'));
  }
}

function bounded(range: TimeRange): TimeRange {
  return { fromMs: Math.max(range.fromMs, FIRST_MS), toMs: Math.min(range.toMs, END_MS) };
}

function unavailable(cause: unknown): AppError {
  return new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
