// Machines whose readings were forgotten: what stands in files up to a sequence does not exist any more.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable-files.ts';

/** Small and in a file of its own, so that no other damage brings forgotten readings back. */
export class Tombstones {
  readonly #path: string;
  readonly #sequences = new Map<string, number>();
  #isSaved = true;

  constructor(directory: string) {
    this.#path = join(directory, 'forgotten.json');
  }

  /** @returns the greatest sequence; 0 where there is none. A file that cannot be read is the caller's damage. */
  async open(): Promise<number> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    for (const [id, sequence] of Object.entries(JSON.parse(text) as Record<string, number>)) {
      this.#sequences.set(id, sequence);
    }
    return Math.max(0, ...this.#sequences.values());
  }

  get path(): string {
    return this.#path;
  }

  /** The file, where there is one. */
  get savedPaths(): string[] {
    return existsSync(this.#path) ? [this.#path] : [];
  }

  /** Files of the machine up to this sequence do not count; 0 where all do. */
  sequenceOf(machineId: string): number {
    return this.#sequences.get(machineId) ?? 0;
  }

  /** Machines that a file whose newest write was `maxSequence` must not speak of. */
  hiddenIn(maxSequence: number): string[] {
    return [...this.#sequences].filter(([, sequence]) => sequence > maxSequence).map(([id]) => id);
  }

  /** In effect at once, durable when it resolves. */
  async add(machineId: string, sequence: number): Promise<void> {
    this.#sequences.set(machineId, sequence);
    this.#isSaved = false;
    await this.#save();
  }

  /** Tries again to save what `add` could not. */
  async ensureSaved(): Promise<void> {
    if (!this.#isSaved) await this.#save();
  }

  /** Drops those that hide nothing any more, given the oldest sequence of any file. */
  async prune(oldestSequence: number): Promise<void> {
    const before = this.#sequences.size;
    for (const [id, sequence] of this.#sequences) {
      if (sequence < oldestSequence) this.#sequences.delete(id);
    }
    if (this.#sequences.size !== before) await this.#save();
  }

  async #save(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#sequences));
    await writeDurably(this.#path, (unfinished) => writeFile(unfinished, text));
    this.#isSaved = true;
  }
}
