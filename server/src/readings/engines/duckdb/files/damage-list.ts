// The damage that was found and that nobody has acknowledged yet. It survives a restart.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../../clock.ts';
import type { StoredDamage } from '../../../stored-damage.ts';
import { HOUR_MS } from '../../../time-buckets.ts';
import { writeDurably } from './durable-files.ts';
import { contentOf } from './file-names.ts';

/** Path below the root of the store. */
const DAMAGE_FILE = 'damage.json';

export class DamageList {
  readonly #root: string;
  readonly #clock: Clock;
  /** By the name of the file, relative to the root, with `/`. */
  readonly #found = new Map<string, StoredDamage>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(root: string, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
  }

  /** If the file cannot be read, the list begins empty. */
  async open(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => '[]');
    for (const damage of parse(text)) this.#found.set(damage.file, damage);
  }

  /** Oldest first. */
  get all(): readonly StoredDamage[] {
    return [...this.#found.values()];
  }

  /**
   * A file is missing or damaged. What cannot be written now is written with the next change. Does not reject.
   *
   * @param file its name relative to the root, with `/`
   * @param hours that the file has values of, where the name does not tell
   */
  async note(file: string, hours: ReadonlySet<number> = new Set()): Promise<void> {
    if (this.#found.has(file)) return;
    const known = contentOf(file);
    const range =
      hours.size === 0 ? known : { fromMs: Math.min(...hours) * HOUR_MS, toMs: (Math.max(...hours) + 1) * HOUR_MS };
    const { fromMs, toMs } = range;
    const noticedMs = this.#clock.nowMs();
    this.#found.set(file, { file, part: known.part, fromMs, toMs, noticedMs, isRebuilt: false });
    await this.#save().catch(() => undefined);
  }

  /** The contents of these files have been made again. Does not reject. */
  async noteRebuilt(files: readonly string[]): Promise<void> {
    const known = files.flatMap((file) => this.#found.get(file) ?? []);
    if (known.length === 0) return;
    for (const damage of known) this.#found.set(damage.file, { ...damage, isRebuilt: true });
    await this.#save().catch(() => undefined);
  }

  async acknowledge(files: readonly string[]): Promise<void> {
    const acknowledged = files.filter((file) => this.#found.delete(file));
    if (acknowledged.length > 0) await this.#save();
  }

  get #path(): string {
    return join(this.#root, DAMAGE_FILE);
  }

  #save(): Promise<void> {
    const result = this.#turn.then(() =>
      writeDurably(this.#path, (unfinished) => writeFile(unfinished, JSON.stringify(this.all))),
    );
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function parse(text: string): StoredDamage[] {
  try {
    const content: unknown = JSON.parse(text);
    return Array.isArray(content) ? (content as StoredDamage[]).filter(({ file }) => typeof file === 'string') : [];
  } catch {
    return [];
  }
}
