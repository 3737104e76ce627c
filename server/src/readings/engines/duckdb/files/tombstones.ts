// Deleted machines. The readings of such a machine in files up to its tombstone's sequence no longer count.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quotedList } from '../reading-sql.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';

/** A small file of its own, so that damage elsewhere does not bring deleted readings back. */
export class Tombstones {
  readonly #path: string;
  readonly #sequences = new Map<string, number>();
  #isSaved = true;

  constructor(directory: string) {
    this.#path = join(directory, 'forgotten.json');
  }

  /**
   * Rejects if the file is damaged.
   *
   * @returns the greatest sequence; 0 if there is none
   */
  async open(): Promise<number> {
    const content = await readSmallFile(this.#path);
    if (content === null) throw new Error(`${this.#path} is damaged`);
    for (const [id, sequence] of Object.entries((content ?? {}) as Record<string, number>)) {
      this.#sequences.set(id, sequence);
    }
    return Math.max(0, ...this.#sequences.values());
  }

  get path(): string {
    return this.#path;
  }

  /** The path of the file, if it exists. */
  get savedPaths(): string[] {
    return existsSync(this.#path) ? [this.#path] : [];
  }

  /** Files up to this sequence do not count for the machine; 0 if all files count. */
  sequenceOf(machineId: string): number {
    return this.#sequences.get(machineId) ?? 0;
  }

  /** Machines whose rows must be ignored in a file with this greatest sequence. */
  hiddenIn(maxSequence: number): string[] {
    return [...this.#sequences].filter(([, sequence]) => sequence > maxSequence).map(([id]) => id);
  }

  /** An SQL condition on the rows of a file with this greatest sequence. */
  conditionFor(maxSequence: number): string {
    const hidden = this.hiddenIn(maxSequence);
    return hidden.length === 0 ? 'true' : `machine_id NOT IN (${quotedList(hidden)})`;
  }

  /** Takes effect at once; durable when it resolves. */
  async add(machineId: string, sequence: number): Promise<void> {
    this.#sequences.set(machineId, sequence);
    this.#isSaved = false;
    await this.#save();
  }

  /** The file was damaged: writes it again. */
  async saveAgain(): Promise<void> {
    this.#isSaved = false;
    await this.#save();
  }

  /** Saves what `add` could not save. */
  async ensureSaved(): Promise<void> {
    if (!this.#isSaved) await this.#save();
  }

  /** Removes tombstones that no file needs any more. */
  async prune(oldestSequence: number): Promise<void> {
    const before = this.#sequences.size;
    for (const [id, sequence] of this.#sequences) {
      if (sequence < oldestSequence) this.#sequences.delete(id);
    }
    if (this.#sequences.size !== before) await this.#save();
  }

  async #save(): Promise<void> {
    await writeSmallFile(this.#path, Object.fromEntries(this.#sequences));
    this.#isSaved = true;
  }
}
