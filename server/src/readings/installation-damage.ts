// Damage of what is stored beside the readings: the embedded database and the audit log. It is reported with that of the
// readings, until a person has acknowledged it.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishFile } from '../disk.ts';
import type { StoredDamage } from './stored-damage.ts';

/** Below the data directory. */
const DAMAGE_FILE = 'damage.json';

export class InstallationDamage {
  readonly #path: string;
  #found: StoredDamage[] = [];

  constructor(dataDir: string) {
    this.#path = join(dataDir, DAMAGE_FILE);
  }

  /** If the file is damaged, the list begins empty. */
  async open(): Promise<void> {
    try {
      const { damage } = JSON.parse(await readFile(this.#path, 'utf8')) as { damage: StoredDamage[] };
      this.#found = damage.filter(({ file }) => typeof file === 'string');
    } catch {
      this.#found = [];
    }
  }

  /** Oldest first. */
  damage(): readonly StoredDamage[] {
    return this.#found;
  }

  /** The newest damage of a file replaces what was noted of it. Durable when it resolves. */
  async note(damage: StoredDamage): Promise<void> {
    this.#found = [...this.#found.filter(({ file }) => file !== damage.file), damage];
    await this.#save();
  }

  async acknowledge(files: readonly string[]): Promise<void> {
    const left = this.#found.filter(({ file }) => !files.includes(file));
    if (left.length === this.#found.length) return;
    this.#found = left;
    await this.#save();
  }

  async #save(): Promise<void> {
    const unfinished = `${this.#path}.tmp`;
    await writeFile(unfinished, JSON.stringify({ damage: this.#found }), { mode: 0o600 });
    await publishFile(unfinished, this.#path);
  }
}
