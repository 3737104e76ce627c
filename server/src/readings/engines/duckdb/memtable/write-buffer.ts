// What is not in a Parquet file yet: in memory for queries, in the journal for safety.

import type { ReadingColumns } from '../../../reading-columns.ts';
import type { Journal } from '../journal/journal.ts';
import { encodeForget, encodeReadings } from '../journal/journal-record.ts';
import { mergeRows, type Rows } from '../rows.ts';
import { Memtable } from './memtable.ts';

/** Some 1,800 readings: what a commit of a busy plant includes. */
const PROBE_BYTES = 65_536;
/** An append that succeeded a moment ago needs no probe beside it. */
const APPEND_PROVES_FOR_MS = 1_000;

/** Readings that are being compacted: no new ones come in, queries still see them. */
export interface Frozen {
  readonly memtable: Memtable;
  readonly journalPaths: readonly string[];
}

export class WriteBuffer {
  readonly #journal: Journal;
  #active = new Memtable();
  #frozen: Frozen | null = null;
  /** Of the largest record that could not be written, until one of its size can; 0 where there is none. */
  #refusedBytes = 0;
  #appendedAtMs = Number.NEGATIVE_INFINITY;
  /** Tail of the queue of those who write to the journal or switch it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get length(): number {
    return this.#active.length + (this.#frozen?.memtable.length ?? 0);
  }

  /** Hours of the readings that no compaction has begun to write. */
  get activeHours(): ReadonlySet<number> {
    return this.#active.hours;
  }

  get activeLength(): number {
    return this.#active.length;
  }

  /** Resolves once the batch is durable and visible. `announce` runs in the same turn in which it becomes visible. */
  async append(batch: ReadingColumns, announce: () => void): Promise<void> {
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

  /** Resolves where readings could be appended at this moment: as many as were refused last, or some at least. */
  async probe(): Promise<void> {
    const bytes = Math.max(this.#refusedBytes, PROBE_BYTES);
    if (this.#refusedBytes === 0 && performance.now() - this.#appendedAtMs < APPEND_PROVES_FOR_MS) return;
    await this.#inTurn(() => this.#journal.probe(bytes));
    if (bytes >= this.#refusedBytes) this.#refusedBytes = 0;
  }

  /** For what a start finds in the journal. */
  restore(batch: ReadingColumns): void {
    this.#active.add(batch);
  }

  forgetInMemory(machineId: string): void {
    this.#active.forget(machineId);
    this.#frozen?.memtable.forget(machineId);
  }

  /** `announce` runs in the turn in which the readings in memory are gone. */
  forget(machineId: string, announce: () => void): Promise<void> {
    return this.#inTurn(async () => {
      await this.#journal.append(encodeForget(machineId));
      this.forgetInMemory(machineId);
      announce();
    });
  }

  /** Ascending and without duplicates; `fromMs` included, `toMs` excluded. */
  rows(machineId: string, fromMs: number, toMs: number): Rows {
    const active = this.#active.rows(machineId, fromMs, toMs);
    return this.#frozen ? mergeRows([this.#frozen.memtable.rows(machineId, fromMs, toMs), active]) : active;
  }

  /** Readings up to now, to be compacted; those of a compaction that failed come again. Null where there are none. */
  freeze(): Promise<Frozen | null> {
    return this.#inTurn(async () => {
      if (this.#frozen || this.#active.length === 0) return this.#frozen;
      const journalPaths = await this.#journal.seal();
      this.#frozen = { memtable: this.#active, journalPaths };
      this.#active = new Memtable();
      return this.#frozen;
    });
  }

  /** To be called in the turn in which the file that holds the frozen readings becomes visible. */
  releaseFrozen(): void {
    this.#frozen = null;
  }

  /** Runs `work` while nothing is appended; the journal files named to it hold everything that is in memory. */
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
