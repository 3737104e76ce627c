// The damage that was found and that nobody has acknowledged yet. It survives a restart.

import { join } from 'node:path';
import type { Clock } from '../../../../clock.ts';
import type { MissingRange } from '../../../missing-ranges.ts';
import type { StoredDamage } from '../../../stored-damage.ts';
import { HOUR_MS } from '../../../time-buckets.ts';
import { contentOf } from './file-names.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';

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

  /** If the file is damaged, the list begins with that. */
  async open(): Promise<void> {
    const content = await readSmallFile(this.#path);
    for (const damage of listIn(content)) this.#found.set(damage.file, damage);
    if (content === null) await this.note(DAMAGE_FILE);
  }

  /** Oldest first. */
  get all(): readonly StoredDamage[] {
    return [...this.#found.values()];
  }

  /**
   * A file is missing or damaged. What cannot be written now is written with the next change. Does not reject.
   *
   * @param file its name relative to the root, with `/`
   * @param told of when its contents are, where the name does not tell: the hours that it has values of, or since when
   * readings arrived that it has
   */
  async note(file: string, told: { hours?: ReadonlySet<number>; sinceMs?: number | undefined } = {}): Promise<void> {
    if (this.#found.has(file)) return;
    const known = contentOf(file);
    const noticedMs = this.#clock.nowMs();
    const { hours = new Set<number>(), sinceMs } = told;
    let { fromMs, toMs } = known;
    if (hours.size > 0) {
      fromMs = Math.min(...hours) * HOUR_MS;
      toMs = (Math.max(...hours) + 1) * HOUR_MS;
    } else if (sinceMs !== undefined) {
      fromMs = sinceMs;
      toMs = Math.max(noticedMs, sinceMs + 1);
    }
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
    const result = this.#turn.then(() => writeSmallFile(this.#path, { damage: this.all }));
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Earlier versions wrote the list itself. */
function listIn(content: unknown): StoredDamage[] {
  const list = Array.isArray(content) ? content : (content as { damage?: unknown } | null | undefined)?.damage;
  return Array.isArray(list) ? (list as StoredDamage[]).filter(({ file }) => typeof file === 'string') : [];
}

/**
 * What queries lack. A lost file is named until it has been made again or its contents would have expired; damage of which only
 * the list knows, such as that of the journal, until it is acknowledged.
 */
export function* lostRanges(lost: Iterable<string>, damage: readonly StoredDamage[]): Iterable<MissingRange> {
  const named = new Set<string>();
  for (const name of lost) {
    named.add(name);
    const listed = damage.find(({ file }) => file === name);
    const { part, fromMs, toMs } = listed ?? contentOf(name);
    yield { part, fromMs, toMs };
  }
  for (const { file, part, fromMs, toMs, isRebuilt } of damage) {
    if (!isRebuilt && part !== 'lists' && !named.has(file)) yield { part, fromMs, toMs };
  }
}
