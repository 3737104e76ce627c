// Expired files stay in the trash folder for a day before they are deleted, in case the clock was wrong.

import { readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { MonotonicClock } from '../../../../clock.ts';
import type { Logger } from '../../../../log.ts';
import { makeDirectory, writeDurably } from './durable-files.ts';
import { L0_FOLDER, parseCompactedName, parseSequenceName } from './file-names.ts';

const MINUTE_MS = 60_000;
const RETAINED_FOR_MS = 24 * 60 * MINUTE_MS;
const SAVE_EVERY_MS = 10 * MINUTE_MS;
const GIB = 1024 ** 3;
/** With less free space than a tenth of the disk, or than this, files leave the trash folder early. */
const MIN_FREE_BYTES = 2 * GIB;
const MIN_FREE_SHARE = 0.1;
/** Path below the root of the store. */
const FOLDER = 'trash';
const AGES_FILE = 'ages.json';

/** The files that expired in one run. */
interface Batch {
  /**
   * Measured with the monotonic clock while the store is open and the clock is trusted, so that setting the clock does
   * not shorten it.
   */
  ageMs: number;
  readonly hours: Set<number>;
  readonly l0: { minSequence: number; maxSequence: number }[];
  newestSequence: number;
}

export class TrashFolder {
  readonly #root: string;
  readonly #directory: string;
  readonly #monotonic: MonotonicClock;
  readonly #log: Logger;
  /** Oldest first. */
  readonly #batches = new Map<string, Batch>();
  #countedMs: number;
  #unsavedMs = 0;

  /**
   * Files keep their path relative to `root` inside the folder of their batch, so that copying the folder back restores
   * them.
   */
  constructor(root: string, monotonic: MonotonicClock, log: Logger) {
    this.#root = root;
    this.#directory = join(root, FOLDER);
    this.#monotonic = monotonic;
    this.#log = log;
    this.#countedMs = monotonic.elapsedMs();
  }

  async open(): Promise<void> {
    const ages = await readFile(join(this.#directory, AGES_FILE), 'utf8').then(
      parseAges,
      () => new Map<string, number>(),
    );
    const entries = await readdir(this.#directory, { recursive: true, withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => entry.isDirectory() && entry.parentPath === this.#directory);
    const batches = names.map(({ name }) => ({ name, ageMs: ages.get(name) ?? 0 }));
    for (const { name, ageMs } of batches.sort((a, b) => b.ageMs - a.ageMs || (a.name < b.name ? -1 : 1))) {
      this.#batches.set(name, newBatch(ageMs));
    }
    for (const entry of entries) {
      if (entry.isFile()) this.#note(relative(this.#directory, join(entry.parentPath, entry.name)));
    }
    this.#countedMs = this.#monotonic.elapsedMs();
  }

  get isEmpty(): boolean {
    return this.#batches.size === 0;
  }

  /**
   * The greatest sequence of any file in the folder. A restored file must not meet another file with the same number.
   */
  get newestSequence(): number {
    return Math.max(0, ...[...this.#batches.values()].map((batch) => batch.newestSequence));
  }

  /**
   * Whether a compacted file of the hour is in the folder. Another file of the hour would be replaced when it is
   * restored.
   */
  hasHour(hour: number): boolean {
    return [...this.#batches.values()].some((batch) => batch.hours.has(hour));
  }

  /**
   * Whether an L0 file within these sequences is in the folder. A merged file of these sequences would make it look
   * replaced.
   */
  hasL0Within(minSequence: number, maxSequence: number): boolean {
    return [...this.#batches.values()].some(({ l0 }) =>
      l0.some((file) => file.minSequence >= minSequence && file.maxSequence <= maxSequence),
    );
  }

  /** @returns the name of a batch for the files that expire now */
  newBatch(nowMs: number): string {
    const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    let name = time;
    for (let n = 2; this.#batches.has(name); n++) name = `${time}-${n}`;
    this.#batches.set(name, newBatch(0));
    return name;
  }

  /** Moves a file of the store into the batch. */
  async add(path: string, batch: string): Promise<void> {
    const place = join(batch, relative(this.#root, path));
    const target = join(this.#directory, place);
    await makeDirectory(dirname(target));
    await rename(path, target);
    this.#note(place);
  }

  /** Adds the elapsed time to the age of each batch, and deletes batches that are a day old. */
  async removeDue(): Promise<void> {
    const nowMs = this.#monotonic.elapsedMs();
    const passedMs = nowMs - this.#countedMs;
    this.#countedMs = nowMs;
    if (this.isEmpty) return;
    for (const batch of this.#batches.values()) batch.ageMs += passedMs;
    this.#unsavedMs += passedMs;
    const due = [...this.#batches].filter(([, batch]) => batch.ageMs >= RETAINED_FOR_MS).map(([name]) => name);
    for (const name of due) await this.#remove(name);
    if (due.length > 0 || this.#unsavedMs >= SAVE_EVERY_MS) await this.#saveAges();
  }

  /** The time until the next count makes no batch older. */
  skip(): void {
    this.#countedMs = this.#monotonic.elapsedMs();
  }

  /** Deletes the oldest batches while the disk is short of space. */
  async freeSpace(): Promise<void> {
    for (const name of [...this.#batches.keys()]) {
      const { bavail, blocks, bsize } = await statfs(this.#root);
      if (bavail * bsize >= Math.min(MIN_FREE_BYTES, MIN_FREE_SHARE * blocks * bsize)) return;
      this.#log.warn(
        { batch: name },
        'The disk is short of space. Expired readings are deleted from the trash folder early',
      );
      await this.#remove(name);
    }
  }

  async #remove(name: string): Promise<void> {
    await rm(join(this.#directory, name), { recursive: true, force: true });
    this.#batches.delete(name);
  }

  async #saveAges(): Promise<void> {
    const ages = Object.fromEntries([...this.#batches].map(([name, { ageMs }]) => [name, Math.round(ageMs)]));
    await writeDurably(join(this.#directory, AGES_FILE), (path) => writeFile(path, JSON.stringify(ages)));
    this.#unsavedMs = 0;
  }

  /** `place` is a path relative to the trash folder. */
  #note(place: string): void {
    const [name = '', ...rest] = place.split(sep);
    const batch = this.#batches.get(name);
    if (batch === undefined) return;
    const sequences = parseSequenceName(basename(place));
    const compacted = parseCompactedName(rest.at(-2) ?? '', basename(place));
    if (compacted) batch.hours.add(compacted.hour);
    if (sequences && rest[1] === L0_FOLDER) batch.l0.push(sequences);
    const newest = sequences?.maxSequence ?? compacted?.sequence ?? 0;
    batch.newestSequence = Math.max(batch.newestSequence, newest);
  }
}

function newBatch(ageMs: number): Batch {
  return { ageMs, hours: new Set(), l0: [], newestSequence: 0 };
}

/** If the file cannot be read, all ages begin at zero, so that the batches stay longer. */
function parseAges(text: string): Map<string, number> {
  try {
    const ages = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return new Map(ages.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
  } catch {
    return new Map();
  }
}
