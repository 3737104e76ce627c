// Decides which flushes, compactions and deletions are due, and runs them one after the other.

import type { Clock, MonotonicClock } from '../../../../clock.ts';
import type { Logger } from '../../../../log.ts';
import type { RetentionDays } from '../../../reading-store.ts';
import { INTERVALS_MS } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import type { DamageList } from '../files/damage-list.ts';
import { writeDurably } from '../files/durable-files.ts';
import { l0Path } from '../files/file-names.ts';
import type { L0File } from '../files/file-set.ts';
import { localDaysPaths } from '../files/local-days-state.ts';
import type { Manifest } from '../files/manifest.ts';
import { oldestSequence, type PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import type { TrashFolder } from '../files/trash-folder.ts';
import type { WriteBuffer } from '../memtable/write-buffer.ts';
import type { NewestReadings } from '../newest-readings.ts';
import { Compactor } from './compactor.ts';
import { DueCompactions, isOver } from './due-compactions.ts';
import { writeMemtable } from './flush-memtable.ts';
import { FormatUpgrade } from './format-upgrade.ts';
import { LocalDayRebuild } from './local-day-rebuild.ts';
import { Retention } from './retention.ts';
import { RollupRenewal } from './rollup-renewal.ts';
import { RollupWriter, type SummaryRules } from './rollup-writer.ts';
import { SummarisedKinds } from './summarised-kinds.ts';

/** The memtable is flushed to a file at the latest this long after its first reading was appended. */
const FLUSH_AFTER_MS = 15 * INTERVALS_MS['1m'];
/**
 * The memtable is flushed earlier if it holds readings of hours that have ended, so that these hours can be compacted.
 */
const FLUSH_ENDED_HOURS_AFTER_MS = 2 * INTERVALS_MS['1m'];
/** In one run, the checksums of files that have none are determined for this long. */
const CHECKSUMS_FOR_MS = 5_000;

export class CompactionScheduler {
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #trash: TrashFolder;
  readonly #newest: NewestReadings;
  readonly #writeBuffer: WriteBuffer;
  readonly #clock: Clock;
  readonly #monotonic: MonotonicClock;
  readonly #manifest: Manifest;
  readonly #kinds: SummarisedKinds;
  readonly #rollups: RollupWriter;
  readonly #renewal: RollupRenewal;
  readonly #compactions: DueCompactions;
  readonly #localDays: LocalDayRebuild;
  readonly #retention: Retention;
  readonly #formatUpgrade: FormatUpgrade;
  #nextSequence = 1;
  /** When the first reading of the memtable was appended; null while it is empty. */
  #memtableSinceMs: number | null = null;
  readonly #stopping = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(deps: {
    session: DuckdbSession;
    catalog: PartitionCatalog;
    tombstones: Tombstones;
    trash: TrashFolder;
    manifest: Manifest;
    damage: DamageList;
    newest: NewestReadings;
    writeBuffer: WriteBuffer;
    clock: Clock;
    monotonic: MonotonicClock;
    log: Logger;
    rules: SummaryRules;
    plantZone: () => string;
    maxRowsPerSort?: number;
  }) {
    this.#session = deps.session;
    this.#catalog = deps.catalog;
    this.#tombstones = deps.tombstones;
    this.#trash = deps.trash;
    this.#newest = deps.newest;
    this.#writeBuffer = deps.writeBuffer;
    this.#clock = deps.clock;
    this.#monotonic = deps.monotonic;
    this.#manifest = deps.manifest;
    const { session, catalog, tombstones, maxRowsPerSort } = deps;
    this.#kinds = new SummarisedKinds(catalog.root, deps.rules.kindOf);
    const rules = { ...deps.rules, kindOf: (name: string) => this.#kinds.take(name) };
    this.#rollups = new RollupWriter(session, catalog, tombstones, rules, maxRowsPerSort);
    const compactor = new Compactor(session, catalog, tombstones, this.#rollups, maxRowsPerSort);
    const parts = { ...deps, compactor, rollups: this.#rollups, kinds: this.#kinds };
    this.#compactions = new DueCompactions(parts);
    this.#renewal = new RollupRenewal(parts);
    this.#localDays = new LocalDayRebuild(parts);
    this.#retention = new Retention(deps.catalog, deps.trash, deps.log);
    this.#formatUpgrade = new FormatUpgrade(parts);
  }

  async start(nextSequence: number): Promise<void> {
    await this.#kinds.open();
    this.#nextSequence = nextSequence;
    if (this.#writeBuffer.length > 0) this.noteAppend();
  }

  /** Interrupts the current run. Later runs end at once. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Aborts with `signal`, and when the store closes. */
  endingWith(signal?: AbortSignal): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#stopping.signal]) : this.#stopping.signal;
  }

  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  noteAppend(): void {
    this.#memtableSinceMs ??= this.#clock.nowMs();
  }

  /**
   * Does everything that is due at `nowMs`, or as much of it as is done when `signal` aborts. `retention` is null if
   * `nowMs` may be wrong; then nothing expires. Runs never overlap.
   */
  run(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    const ending = this.endingWith(signal);
    return this.#inTurn(async () => {
      if (ending.aborted) return;
      try {
        await this.#session.interruptible(ending, () => this.#runSteps(nowMs, retention, ending));
      } catch (error) {
        // The next run repeats what was interrupted. Every step can be repeated.
        if (!ending.aborted) throw error;
      }
    });
  }

  async #runSteps(nowMs: number, retention: RetentionDays | null, ending: AbortSignal): Promise<void> {
    const takeSequence = () => this.#nextSequence++;
    await this.#trash.freeSpace();
    if (this.#isFlushDue(nowMs)) await this.#flush();
    await this.#compactions.mergeL0();
    await this.#compactions.compactDueHours(nowMs, retention, takeSequence, ending);
    await this.#compactions.mergeRollups();
    await this.#rollups.localDays.mergeFiles();
    ending.throwIfAborted();
    if (retention === null) this.#trash.skip();
    else {
      await this.#retention.expire(nowMs, retention);
      await this.#trash.removeDue();
    }
    await this.#kinds.save();
    await this.#renewal.run(nowMs, retention, takeSequence, ending);
    await this.#localDays.run(takeSequence, ending);
    await this.#formatUpgrade.run(takeSequence, ending);
    await this.#completeChecksums(ending);
    // Files that are restored from the trash folder must not bring deleted machines back.
    if (this.#trash.isEmpty) await this.#tombstones.prune(oldestSequence(this.#catalog.files));
  }

  /** Makes lost rollups again, before the next run would. Does not reject: that run tries again. */
  renewLost(): Promise<void> {
    return this.#inTurn(() => this.#renewal.runLost(() => this.#nextSequence++, this.endingWith())).catch(() => {});
  }

  flush(): Promise<void> {
    return this.#inTurn(() => this.#flush());
  }

  async deleteMachine(machineId: string): Promise<void> {
    let saved: Promise<void> | undefined;
    await this.#writeBuffer.deleteMachine(machineId, () => {
      this.#newest.deleteMachine(machineId);
      // The number is assigned in the same turn in which the memtable drops the machine. A flush that is running may
      // already have copied the machine, but has a smaller sequence.
      saved = this.#tombstones.add(machineId, this.#nextSequence++);
    });
    await saved;
  }

  /** Runs `work` while no file is added or removed. */
  whileFilesUnchanged(work: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#tombstones.ensureSaved();
      await work();
    });
  }

  /** Paths of the small files that belong to the rollups. */
  get savedPaths(): string[] {
    return [...this.#kinds.savedPaths, ...localDaysPaths(this.#catalog.root)];
  }

  saveNewest(): Promise<void> {
    return this.#newest.save(this.#nextSequence);
  }

  #isFlushDue(nowMs: number): boolean {
    if (this.#memtableSinceMs === null) return false;
    const ageMs = nowMs - this.#memtableSinceMs;
    // A negative age means that the clock was set back. The readings must not wait until it reaches that time again.
    if (ageMs >= FLUSH_AFTER_MS || ageMs < 0) return true;
    return (
      ageMs >= FLUSH_ENDED_HOURS_AFTER_MS && [...this.#writeBuffer.activeHours].some((hour) => isOver(hour, nowMs))
    );
  }

  async #flush(): Promise<void> {
    const frozen = await this.#writeBuffer.freeze();
    if (!frozen) return;
    const sequence = this.#nextSequence++;
    const sinceMs = this.#clock.nowMs();
    const path = l0Path(this.#catalog.root, sequence, sequence);
    const added: L0File[] = [];
    if (frozen.memtable.length > 0) {
      await writeDurably(path, (unfinished) => writeMemtable(this.#session.writer, frozen.memtable, unfinished));
      const file: L0File = {
        path,
        format: 2,
        minSequence: sequence,
        maxSequence: sequence,
        hours: new Set(frozen.memtable.hours),
      };
      const { files } = this.#catalog;
      this.#catalog.files = files.with({ l0: [...files.l0, file] });
      added.push(file);
    }
    this.#writeBuffer.releaseFrozen();
    this.#memtableSinceMs = this.#writeBuffer.length > 0 ? sinceMs : null;
    await this.saveNewest();
    await this.#tombstones.ensureSaved();
    await this.#catalog.replace(added, []);
    await this.#writeBuffer.dropJournal(frozen.journalPaths);
  }

  async #completeChecksums(ending: AbortSignal): Promise<void> {
    const endMs = this.#monotonic.elapsedMs() + CHECKSUMS_FOR_MS;
    await this.#manifest.completeChecksums(() => ending.aborted || this.#monotonic.elapsedMs() >= endMs);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#turn.then(run).finally(() => this.#waiting--);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
