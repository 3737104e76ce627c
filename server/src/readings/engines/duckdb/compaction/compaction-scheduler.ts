// Decides what housekeeping is due and does it, one step after the other.

import type { Clock } from '../../../../clock.ts';
import type { Logger } from '../../../../log.ts';
import { INTERVALS_MS, type RetentionDays } from '../../../reading-store.ts';
import { DAY_MS, dayOf, HOUR_MS, TIERS } from '../../../time-buckets.ts';
import type { DuckdbSession } from '../duckdb-session.ts';
import { writeDurably } from '../files/durable-files.ts';
import { loosePath, tierSpanEndMs } from '../files/file-names.ts';
import type { LooseFile, StoredFile } from '../files/file-set.ts';
import { oldestGeneration, type PartitionCatalog } from '../files/partition-catalog.ts';
import type { Tombstones } from '../files/tombstones.ts';
import type { TrashFolder } from '../files/trash-folder.ts';
import type { WriteBuffer } from '../memtable/write-buffer.ts';
import type { NewestReadings } from '../newest-readings.ts';
import { Housekeeping } from './compactor.ts';
import { writeHotReadings } from './flush-memtable.ts';

/** Readings are written to a file at the latest this long after the first of them came. */
const COMPACT_AFTER_MS = 15 * INTERVALS_MS['1m'];
/** An hour is settled this long after its end: most of what comes late has come by then. */
const SETTLE_AFTER_MS = 5 * INTERVALS_MS['1m'];
/** Readings of hours that are over do not wait longer than this, so that these hours can be settled. */
const COMPACT_CLOSED_AFTER_MS = 2 * INTERVALS_MS['1m'];
/** Loose files of like size are merged when there are this many: every reading is merged a few times, not at each merge. */
const MERGED_AT_ONCE = 8;
const MAX_LOOSE_LEVELS = 4;
const MAX_TIER_FILES = 4;

export class CompactionScheduler {
  readonly #session: DuckdbSession;
  readonly #catalog: PartitionCatalog;
  readonly #tombstones: Tombstones;
  readonly #trash: TrashFolder;
  readonly #newest: NewestReadings;
  readonly #hot: WriteBuffer;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #housekeeping: Housekeeping;
  #nextGeneration = 1;
  /** When the oldest reading in memory came; null where there is none. */
  #hotSinceMs: number | null = null;
  readonly #stopping = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(parts: {
    session: DuckdbSession;
    catalog: PartitionCatalog;
    tombstones: Tombstones;
    trash: TrashFolder;
    newest: NewestReadings;
    hot: WriteBuffer;
    clock: Clock;
    log: Logger;
    partRows?: number;
  }) {
    this.#session = parts.session;
    this.#catalog = parts.catalog;
    this.#tombstones = parts.tombstones;
    this.#trash = parts.trash;
    this.#newest = parts.newest;
    this.#hot = parts.hot;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#housekeeping = new Housekeeping(parts.session, parts.catalog, parts.tombstones, parts.partRows);
  }

  start(nextGeneration: number): void {
    this.#nextGeneration = nextGeneration;
    if (this.#hot.length > 0) this.noteAppend();
  }

  /** Gives up a run that is under way, and ends every later one at once. */
  stop(): void {
    this.#stopping.abort();
  }

  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  noteAppend(): void {
    this.#hotSinceMs ??= this.#clock.nowMs();
  }

  /**
   * Everything that is due at `nowMs`, or as much of it as is done when `signal` aborts. Where `nowMs` may be wrong, `retention` is
   * null and nothing expires. Runs never overlap.
   */
  run(nowMs: number, retention: RetentionDays | null, signal?: AbortSignal): Promise<void> {
    const ending = signal ? AbortSignal.any([signal, this.#stopping.signal]) : this.#stopping.signal;
    return this.#inTurn(async () => {
      if (ending.aborted) return;
      try {
        await this.#session.interruptible(ending, () => this.#runSteps(nowMs, retention, ending));
      } catch (error) {
        // What was broken off is done again by the next run: every step is harmless to repeat.
        if (!ending.aborted) throw error;
      }
    });
  }

  async #runSteps(nowMs: number, retention: RetentionDays | null, ending: AbortSignal): Promise<void> {
    await this.#trash.makeRoom();
    if (this.#isCompactionDue(nowMs)) await this.#compact();
    await this.#mergeLoose();
    await this.#settleDue(nowMs, retention, ending);
    await this.#mergeTiers();
    ending.throwIfAborted();
    if (retention === null) this.#trash.skip();
    else {
      await this.#expire(nowMs, retention);
      await this.#trash.removeDue();
    }
    // What is restored from the trash folder must not bring forgotten machines back.
    if (this.#trash.isEmpty) await this.#tombstones.prune(oldestGeneration(this.#catalog.files));
  }

  compact(): Promise<void> {
    return this.#inTurn(() => this.#compact());
  }

  async forget(machineId: string): Promise<void> {
    let saved: Promise<void> | undefined;
    await this.#hot.forget(machineId, () => {
      this.#newest.forget(machineId);
      // Numbered in the turn in which the memory forgets: a compaction under way may have copied the machine already,
      // and has a smaller generation.
      saved = this.#tombstones.add(machineId, this.#nextGeneration++);
    });
    await saved;
  }

  /** Runs `work` while no file comes or goes. */
  standStill(work: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#tombstones.ensureSaved();
      await work();
    });
  }

  saveNewest(): Promise<void> {
    return this.#newest.save(this.#nextGeneration);
  }

  #isCompactionDue(nowMs: number): boolean {
    if (this.#hotSinceMs === null) return false;
    const ageMs = nowMs - this.#hotSinceMs;
    // A clock that was set back tells nothing: otherwise they would wait until it has come that far again.
    if (ageMs >= COMPACT_AFTER_MS || ageMs < 0) return true;
    return ageMs >= COMPACT_CLOSED_AFTER_MS && [...this.#hot.activeHours].some((hour) => isOver(hour, nowMs));
  }

  async #compact(): Promise<void> {
    const frozen = await this.#hot.freeze();
    if (!frozen) return;
    const generation = this.#nextGeneration++;
    const sinceMs = this.#clock.nowMs();
    const path = loosePath(this.#catalog.root, generation, generation);
    if (frozen.hot.length > 0) {
      await writeDurably(path, (unfinished) => writeHotReadings(this.#session.writer, frozen.hot, unfinished));
      const file: LooseFile = {
        path,
        minGeneration: generation,
        maxGeneration: generation,
        hours: new Set(frozen.hot.hours),
      };
      const { files } = this.#catalog;
      this.#catalog.files = files.with({ loose: [...files.loose, file] });
    }
    this.#hot.releaseFrozen();
    this.#hotSinceMs = this.#hot.length > 0 ? sinceMs : null;
    await this.saveNewest();
    await this.#tombstones.ensureSaved();
    await this.#hot.dropJournal(frozen.journalPaths);
  }

  async #mergeLoose(): Promise<void> {
    for (let level = 0; level < MAX_LOOSE_LEVELS; level++) {
      const files = this.#catalog.files.loose.filter((file) => looseLevel(file) === level);
      if (files.length < MERGED_AT_ONCE) continue;
      const [first, last] = [files[0] as LooseFile, files.at(-1) as LooseFile];
      if (this.#trash.hasLooseWithin(first.minGeneration, last.maxGeneration)) continue;
      await this.#housekeeping.mergeLoose(files);
    }
  }

  async #settleDue(nowMs: number, retention: RetentionDays | null, ending: AbortSignal): Promise<void> {
    const { files } = this.#catalog;
    // Where nobody knows what has expired by now, every hour that is summarised and has no file any more may have.
    const hasExpired = (hour: number) =>
      retention === null ? !files.settled.has(hour) : hour < firstKeptHourOf(nowMs, retention);
    const due: number[] = [];
    for (const hour of files.unsettledHours(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
      if (!isOver(hour, nowMs) || this.#trash.hasHour(hour)) continue;
      ending.throwIfAborted();
      // The readings behind the summaries of an expired hour are gone: what comes that late must not replace them.
      if (hasExpired(hour) && (await this.#housekeeping.isSummarised(hour))) continue;
      due.push(hour);
    }
    due.sort((a, b) => a - b);
    for (const day of new Set(due.map(dayOf))) {
      const hours = due.filter((hour) => dayOf(hour) === day);
      await this.#housekeeping.settle(hours, this.#nextGeneration++);
    }
  }

  async #mergeTiers(): Promise<void> {
    for (const tier of TIERS) {
      for (const [span, files] of this.#catalog.files.tiers[tier]) {
        if (files.length > MAX_TIER_FILES) await this.#housekeeping.mergeTier(tier, span);
      }
    }
  }

  async #expire(nowMs: number, retention: RetentionDays): Promise<void> {
    const catalog = this.#catalog;
    const firstKeptHour = firstKeptHourOf(nowMs, retention);
    const gone: StoredFile[] = [];
    const settled = new Map(catalog.files.settled);
    for (const [hour, file] of settled) {
      if (hour >= firstKeptHour) continue;
      gone.push(file);
      settled.delete(hour);
    }
    const loose = catalog.files.loose.filter((file) => {
      const isKept = [...file.hours].some((hour) => hour >= firstKeptHour);
      if (!isKept) gone.push(file);
      return isKept;
    });
    if (gone.length > 0) catalog.files = catalog.files.with({ settled, loose });
    for (const tier of TIERS) {
      for (const [span, files] of catalog.files.tiers[tier]) {
        if (tierSpanEndMs(tier, span) > nowMs - retention[tier] * DAY_MS) continue;
        gone.push(...files);
        catalog.files = catalog.files.with({ tier: { tier, span, files: [] } });
      }
    }
    if (gone.length === 0) return;
    const batch = this.#trash.newBatch(nowMs);
    this.#log.info({ files: gone.length, batch }, 'Expired files of readings are moved to the trash folder for a day');
    await catalog.expire(gone, batch);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#turn.then(run).finally(() => this.#waiting--);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** How often its rows were merged, told by the number of generations that it spans. */
function looseLevel(file: LooseFile): number {
  return Math.floor(Math.log(file.maxGeneration - file.minGeneration + 1) / Math.log(MERGED_AT_ONCE));
}

/** Single readings of earlier hours are not kept. */
function firstKeptHourOf(nowMs: number, retention: RetentionDays): number {
  return Math.floor((nowMs - retention.raw * DAY_MS) / HOUR_MS);
}

function isOver(hour: number, nowMs: number): boolean {
  return (hour + 1) * HOUR_MS + SETTLE_AFTER_MS <= nowMs;
}
