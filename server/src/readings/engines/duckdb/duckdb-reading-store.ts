// The embedded store of readings: a journal and a memtable for the newest readings, Parquet files read by DuckDB for
// the rest.

import { join } from 'node:path';
import { systemMonotonicClock } from '../../../clock.ts';
import { FORMER_HOLD_MS } from '../../held-times.ts';
import { type MissingRange, missingWithin } from '../../missing-ranges.ts';
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
import type { RollupInterval } from '../../time-buckets.ts';
import { CompactionScheduler } from './compaction/compaction-scheduler.ts';
import { DataDirectoryLock } from './data-directory-lock.ts';
import { DuckdbSession } from './duckdb-session.ts';
import type { DuckdbReadingStoreOptions } from './duckdb-store-options.ts';
import { DamageList, lostRanges } from './files/damage-list.ts';
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
import { ReadingQueries } from './query/reading-queries.ts';
import { ReadingAppender } from './reading-appender.ts';
import { openStore, type StoreParts } from './recovery.ts';
import { orUnavailable } from './unavailable.ts';
import { handleFaults } from './verified-faults.ts';
import { verifyFiles } from './verify-files.ts';

const MAX_MEMTABLE_VALUES = 1_500_000;

export class DuckdbReadingStore implements StoredReadings, PartialSource {
  readonly #lock: DataDirectoryLock;
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #trash: TrashFolder;
  readonly #manifest: Manifest;
  readonly #damage: DamageList;
  readonly #weeklyCheck: WeeklyCheck;
  readonly #newest: NewestReadings;
  readonly #writeBuffer: WriteBuffer;
  readonly #parts: StoreParts;
  readonly #queries: ReadingQueries;
  readonly #appender: ReadingAppender;
  readonly #compactionScheduler: CompactionScheduler;
  readonly #damagedSuffix: string;
  readonly #calls = new PendingCalls();
  #closing: Promise<void> | null = null;

  constructor(options: DuckdbReadingStoreOptions) {
    const { directory, clock, log } = options;
    this.#damagedSuffix = `damaged-${new Date(clock.nowMs()).toISOString().replaceAll(/[-:.]/g, '')}`;
    this.#lock = new DataDirectoryLock(directory);
    this.#session = new DuckdbSession(join(directory, 'temporary'));
    const monotonic = options.monotonic ?? systemMonotonicClock;
    this.#trash = new TrashFolder(directory, monotonic, log);
    this.#manifest = new Manifest(directory, clock, (path) => this.#session.countRows(path));
    this.#damage = new DamageList(directory, clock);
    const registers = { trash: this.#trash, manifest: this.#manifest, damage: this.#damage };
    this.#catalog = new PartitionCatalog(directory, this.#damagedSuffix, registers);
    this.#tombstones = new Tombstones(directory);
    this.#newest = new NewestReadings(directory);
    const journal = new Journal(join(directory, 'journal'), this.#manifest);
    this.#writeBuffer = new WriteBuffer(journal);
    this.#parts = {
      ...registers,
      session: this.#session,
      catalog: this.#catalog,
      tombstones: this.#tombstones,
      newest: this.#newest,
      journal,
      writeBuffer: this.#writeBuffer,
      log,
    };
    const rules = { kindOf: options.kindOf ?? (() => 'gauge'), holdMs: options.holdMs ?? (() => FORMER_HOLD_MS) };
    const renewLost = () => this.#compactionScheduler.renewLost();
    this.#queries = new ReadingQueries({ ...this.#parts, rules, renewLost });
    this.#compactionScheduler = new CompactionScheduler({
      ...this.#parts,
      clock,
      monotonic,
      rules,
      plantZone: options.plantZone ?? (() => 'UTC'),
      ...(options.maxRowsPerSort === undefined ? {} : { maxRowsPerSort: options.maxRowsPerSort }),
    });
    const hasOtherWork = () => this.#compactionScheduler.isBusy;
    this.#weeklyCheck = new WeeklyCheck({ ...this.#parts, monotonic, hasOtherWork });
    this.#appender = new ReadingAppender({
      ...this.#parts,
      compactionScheduler: this.#compactionScheduler,
      calls: this.#calls,
      maxMemtableValues: options.maxMemtableValues ?? MAX_MEMTABLE_VALUES,
    });
  }

  async open(): Promise<OpenReport> {
    await this.#lock.acquire();
    try {
      const { damaged, nextSequence } = await openStore({ ...this.#parts, damagedSuffix: this.#damagedSuffix });
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
      if (batch.length > 0) await this.#appender.append(batch);
      return NONE_REFUSED;
    });
  }

  probe(): Promise<void> {
    return this.#calls.run(() => this.#appender.probe());
  }

  raw(query: RawQuery): Promise<RawPage> {
    return this.#calls.run(() => this.#queries.raw(query));
  }

  buckets(query: BucketQuery): Promise<BucketPage> {
    return this.#calls.run(() => this.#queries.buckets(query));
  }

  partials(interval: RollupInterval, query: ReadingRange): Promise<MachineRollups> {
    return this.#calls.run(() => this.#queries.partials(interval, query));
  }

  latest(): Promise<ReadingBatch> {
    return this.#calls.run(async () => this.#newest.all());
  }

  export(query: ReadingRange & { metrics: readonly number[] | null }): AsyncIterable<ReadingTable> {
    return this.#calls.stream(() => this.#queries.tables(query));
  }

  runDueJobs(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    return this.#calls.run(async () => {
      await retryWithoutDamaged(this.#parts, () => this.#compactionScheduler.run(nowMs, retention, signal));
      // By a wrong clock every file would be due.
      if (retention !== null) await this.#weeklyCheck.run(nowMs, this.#compactionScheduler.endingWith(signal));
    });
  }

  localDaysFrom(zone: string): number | null {
    const { localDays } = this.#catalog.files;
    if (localDays?.zone !== zone || localDays.builtFromMs !== Number.NEGATIVE_INFINITY) return null;
    return localDays.firstMs;
  }

  damage(): readonly StoredDamage[] {
    return this.#damage.all;
  }

  missing(range: { fromMs: number; toMs: number }): readonly MissingRange[] {
    return missingWithin(lostRanges(this.#manifest.lost.keys(), this.#damage.all), range);
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
        const { found, ...report } = await verifyFiles(this.#parts, progress);
        await handleFaults(found, { ...this.#parts, flush: () => this.#compactionScheduler.flush() });
        if (found.length > 0) await this.#compactionScheduler.renewLost();
        return report;
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
        this.#parts.log.warn({ err }, 'The newest readings could not be saved. The next start searches for them'),
      );
    await this.#manifest.close();
    this.#session.close();
    this.#lock.release();
  }
}
