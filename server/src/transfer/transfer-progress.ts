// The progress of a transfer, stored in the data directory so that an interrupted transfer continues where it stopped.

import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSFER_FILE, type TransferredData } from '../data-directory.ts';
import { publishFile } from '../disk.ts';

interface Stored {
  /** Identifies this data directory in the target. */
  source: string;
  /** Machines whose readings have all been copied, by target. */
  copied: Record<string, string[]>;
  /** What was transferred and when. A server does not start on data that was transferred elsewhere. */
  moved?: TransferredData;
}

export class TransferProgress {
  readonly #file: string;
  readonly #target: string;
  #stored: Stored = { source: randomUUID(), copied: {} };

  /** `target` identifies the target store: progress with one target says nothing about another. */
  constructor(dataDir: string, target: string) {
    this.#file = join(dataDir, TRANSFER_FILE);
    this.#target = target;
  }

  async load(): Promise<void> {
    try {
      this.#stored = JSON.parse(await readFile(this.#file, 'utf8')) as Stored;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await this.#save();
    }
  }

  get source(): string {
    return this.#stored.source;
  }

  /** Whether something was transferred to this target, or the tables to any, by an earlier run. */
  get hasBegun(): boolean {
    return this.#target in this.#stored.copied || this.#stored.moved !== undefined;
  }

  isCopied(machineId: string): boolean {
    return this.#stored.copied[this.#target]?.includes(machineId) ?? false;
  }

  async noteCopied(machineId: string): Promise<void> {
    this.#stored.copied[this.#target] ??= [];
    this.#stored.copied[this.#target]?.push(machineId);
    await this.#save();
  }

  /** Everything was copied and compared. */
  async noteTransferred(moved: TransferredData): Promise<void> {
    this.#stored.moved = { ...this.#stored.moved, ...moved };
    await this.#save();
  }

  /** The next run copies everything again. */
  async reset(): Promise<void> {
    delete this.#stored.copied[this.#target];
    await this.#save();
  }

  async #save(): Promise<void> {
    const unfinished = `${this.#file}.tmp`;
    await writeFile(unfinished, JSON.stringify(this.#stored), { mode: 0o600 });
    await publishFile(unfinished, this.#file);
  }
}
