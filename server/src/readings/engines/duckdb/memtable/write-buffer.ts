// Readings that are not in a Parquet file yet: in a memtable for queries, in the journal for durability.

import type { ReadingBatch } from '../../../reading-batch.ts';
import type { Journal } from '../journal/journal.ts';
import { encodeDelete, encodeReadings } from '../journal/journal-record.ts';
import { mergeSeries } from '../series.ts';
import type { MemorySeries } from './machine-log.ts';
import { Memtable } from './memtable.ts';

/** About 1,800 readings, the size of a commit in a large plant. */
const PROBE_BYTES = 65_536;
/** No probe is needed this long after a successful append. */
const APPEND_PROVES_FOR_MS = 1_000;

/** The memtable that is being flushed. It gets no new readings; queries still read it. */
export interface Frozen {
  readonly memtable: Memtable;
  readonly journalPaths: readonly string[];
}

export class WriteBuffer {
  readonly #journal: Journal;
  #active = new Memtable();
  #frozen: Frozen | null = null;
  /**
   * Size of the largest record that could not be written, until a record of that size can be written; 0 if there is
   * none.
   */
  #refusedBytes = 0;
  #appendedAtMs = Number.NEGATIVE_INFINITY;
  /** Tail of the queue of operations on the journal. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Values in memory, duplicates included. */
  get length(): number {
    return this.#active.length + (this.#frozen?.memtable.length ?? 0);
  }

  /** Hours of the readings that no flush has begun to write. */
  get activeHours(): ReadonlySet<number> {
    return this.#active.hours;
  }

  get activeLength(): number {
    return this.#active.length;
  }

  /** Resolves once the batch is durable and visible. `announce` runs in the same turn in which it becomes visible. */
  async append(batch: ReadingBatch, announce: () => void): Promise<void> {
    const record = encodeReadings(batch);
    try {
      await this.#inTurn(async () => {
        await this.#journal.append(record);
        this.#active.add(batch);
        announce();
      });
    } catch (error) {
      this.#refusedBytes = Math.max(this.#refusedBytes, record.length);
      throw error;
    }
    this.#appendedAtMs = performance.now();
    if (record.length >= this.#refusedBytes) this.#refusedBytes = 0;
  }

  /** Resolves if readings could be appended now: as many bytes as were refused last, or at least some. */
  async probe(): Promise<void> {
    const bytes = Math.max(this.#refusedBytes, PROBE_BYTES);
    if (this.#refusedBytes === 0 && performance.now() - this.#appendedAtMs < APPEND_PROVES_FOR_MS) return;
    await this.#inTurn(() => this.#journal.probe(bytes));
    if (bytes >= this.#refusedBytes) this.#refusedBytes = 0;
  }

  /** Adds readings that were found in the journal at the start. */
  restore(batch: ReadingBatch): void {
    this.#active.add(batch);
  }

  deleteFromMemory(machineId: string): void {
    this.#active.deleteMachine(machineId);
    this.#frozen?.memtable.deleteMachine(machineId);
  }

  /** `announce` runs in the same turn in which the readings are removed from memory. */
  deleteMachine(machineId: string, announce: () => void): Promise<void> {
    return this.#inTurn(async () => {
      await this.#journal.append(encodeDelete(machineId));
      this.deleteFromMemory(machineId);
      announce();
    });
  }

  /** See `MachineLog.series`. */
  series(machineId: string, metrics: ReadonlySet<number> | null, fromMs: number, toMs: number): MemorySeries {
    const active = this.#active.series(machineId, metrics, fromMs, toMs);
    if (!this.#frozen) return active;
    const merged = this.#frozen.memtable.series(machineId, metrics, fromMs, toMs);
    for (const [metric, newer] of active) {
      const older = merged.get(metric);
      merged.set(metric, older ? mergeSeries([older, newer]) : newer);
    }
    return merged;
  }

  /** Returns the readings to be flushed; after a failed flush, the same ones again. Null if there are none. */
  freeze(): Promise<Frozen | null> {
    return this.#inTurn(async () => {
      if (this.#frozen || this.#active.length === 0) return this.#frozen;
      const journalPaths = await this.#journal.seal();
      this.#frozen = { memtable: this.#active, journalPaths };
      this.#active = new Memtable();
      return this.#frozen;
    });
  }

  /** To be called in the turn in which the file with these readings becomes visible to queries. */
  releaseFrozen(): void {
    this.#frozen = null;
  }

  /** Runs `work` while nothing is appended. The given journal files hold everything that is in memory. */
  whileAppendsPaused(work: (journalPaths: readonly string[]) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => work(await this.#journal.seal()));
  }

  dropJournal(paths: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#journal.drop(paths));
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#journal.close());
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
