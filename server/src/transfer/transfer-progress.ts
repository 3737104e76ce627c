// How far a move has come, in the data directory: an interrupted one goes on where it was.

import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MOVE_FILE, type MovedAway } from '../data-directory.ts';
import { syncToDisk } from '../disk.ts';

interface Stored {
  /** Names this data directory in the target. */
  source: string;
  /** Machines whose readings are all there, by target. */
  copied: Record<string, string[]>;
  /** A server refuses to work on what was left behind. */
  moved?: MovedAway;
}

export class MoveProgress {
  readonly #file: string;
  readonly #target: string;
  #stored: Stored = { source: randomUUID(), copied: {} };

  /** `target` names the store that is moved to: progress towards another one is none towards it. */
  constructor(dataDir: string, target: string) {
    this.#file = join(dataDir, MOVE_FILE);
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

  isCopied(machineId: string): boolean {
    return this.#stored.copied[this.#target]?.includes(machineId) ?? false;
  }

  async noteCopied(machineId: string): Promise<void> {
    this.#stored.copied[this.#target] ??= [];
    this.#stored.copied[this.#target]?.push(machineId);
    await this.#save();
  }

  /** Everything is there and was compared. */
  async noteMoved(moved: MovedAway): Promise<void> {
    this.#stored.moved = { ...this.#stored.moved, ...moved };
    await this.#save();
  }

  /** Everything is to be copied anew. */
  async forget(): Promise<void> {
    delete this.#stored.copied[this.#target];
    await this.#save();
  }

  async #save(): Promise<void> {
    const unfinished = `${this.#file}.tmp`;
    const handle = await open(unfinished, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(this.#stored));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, this.#file);
    await syncToDisk(dirname(this.#file));
  }
}
