// Machines whose readings were forgotten: what stands in files up to a generation does not exist any more.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable-files.ts';

/** Small and in a file of its own, so that no other damage brings forgotten readings back. */
export class Tombstones {
  readonly #path: string;
  readonly #generations = new Map<string, number>();
  #isSaved = true;

  constructor(directory: string) {
    this.#path = join(directory, 'forgotten.json');
  }

  /** @returns the greatest generation; 0 where there is none. A file that cannot be read is the caller's damage. */
  async open(): Promise<number> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    for (const [id, generation] of Object.entries(JSON.parse(text) as Record<string, number>)) {
      this.#generations.set(id, generation);
    }
    return Math.max(0, ...this.#generations.values());
  }

  get path(): string {
    return this.#path;
  }

  /** The file, where there is one. */
  get savedPaths(): string[] {
    return existsSync(this.#path) ? [this.#path] : [];
  }

  /** Files of the machine up to this generation do not count; 0 where all do. */
  generationOf(machineId: string): number {
    return this.#generations.get(machineId) ?? 0;
  }

  /** Machines that a file whose newest write was `maxGeneration` must not speak of. */
  hiddenIn(maxGeneration: number): string[] {
    return [...this.#generations].filter(([, generation]) => generation > maxGeneration).map(([id]) => id);
  }

  /** In effect at once, durable when it resolves. */
  async add(machineId: string, generation: number): Promise<void> {
    this.#generations.set(machineId, generation);
    this.#isSaved = false;
    await this.#save();
  }

  /** Tries again to save what `add` could not. */
  async ensureSaved(): Promise<void> {
    if (!this.#isSaved) await this.#save();
  }

  /** Drops those that hide nothing any more, given the oldest generation of any file. */
  async prune(oldestGeneration: number): Promise<void> {
    const before = this.#generations.size;
    for (const [id, generation] of this.#generations) {
      if (generation < oldestGeneration) this.#generations.delete(id);
    }
    if (this.#generations.size !== before) await this.#save();
  }

  async #save(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#generations));
    await writeDurably(this.#path, (unfinished) => writeFile(unfinished, text));
    this.#isSaved = true;
  }
}
