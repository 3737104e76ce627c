// Which files the store has. The catalogue is read from the directory at the start and updated with every change.

import { readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RollupInterval } from '../../../time-buckets.ts';
import { makeDirectory, UNFINISHED_SUFFIX } from './durable-files.ts';
import { l0Directory, parseCompactedName, parseSequenceName, RAW_DAY_NAME, ROLLUP_SPAN_NAME } from './file-names.ts';
import { FileSet, type L0File, NO_FILES, type StoredFile } from './file-set.ts';
import { isWholeParquet } from './parquet-frame.ts';
import type { TrashFolder } from './trash-folder.ts';

interface Obsolete {
  readonly path: string;
  /** Number of the newest view that may still read the file. */
  readonly lastView: number;
  /** The batch of the trash folder that receives the file; null if the file was replaced and can be deleted. */
  readonly batch: string | null;
}

export class PartitionCatalog {
  readonly root: string;
  /** Replaced at every change. */
  files: FileSet = NO_FILES;
  /** Names of the quarantined files, relative to the root. */
  readonly damaged: string[] = [];
  readonly #damagedSuffix: string;
  readonly #trash: TrashFolder;
  readonly #views = new Set<number>();
  #lastView = 0;
  #obsolete: Obsolete[] = [];

  constructor(root: string, damagedSuffix: string, trash: TrashFolder) {
    this.root = root;
    this.#trash = trash;
    this.#damagedSuffix = damagedSuffix;
  }

  /**
   * Reads the directory and removes what a crash left behind. `hoursOf` returns the hours that an L0 file has rows of.
   */
  async open(hoursOf: (path: string) => Promise<ReadonlySet<number>>): Promise<void> {
    await makeDirectory(l0Directory(this.root));
    const l0 = await this.#openL0(hoursOf);
    const compacted = await this.#openCompacted();
    const rollups = {
      '1m': await this.#openRollups('1m'),
      '1h': await this.#openRollups('1h'),
      '1d': await this.#openRollups('1d'),
    };
    this.files = new FileSet(compacted, l0, rollups);
  }

  /** No file of the current set is deleted until the returned function is called. */
  hold(): () => void {
    const view = ++this.#lastView;
    this.#views.add(view);
    return () => {
      this.#views.delete(view);
      if (this.#obsolete.length > 0) void this.#removeUnread();
    };
  }

  /** Deletes files that are no longer in the current set, as soon as no query reads them. */
  async discard(files: readonly StoredFile[]): Promise<void> {
    for (const { path } of files) this.#obsolete.push({ path, lastView: this.#lastView, batch: null });
    await this.#removeUnread();
  }

  /** Moves expired files to a batch of the trash folder, as soon as no query reads them. */
  async expire(files: readonly StoredFile[], batch: string): Promise<void> {
    for (const { path } of files) this.#obsolete.push({ path, lastView: this.#lastView, batch });
    await this.#removeUnread();
  }

  /** Renames a file that cannot be read and removes it from the current set. */
  async quarantine(path: string): Promise<void> {
    await rename(path, `${path}.${this.#damagedSuffix}`);
    this.damaged.push(relative(this.root, path));
    this.files = this.files.without(path);
  }

  async #removeUnread(): Promise<void> {
    const oldestView = Math.min(...this.#views, Number.POSITIVE_INFINITY);
    const unread = this.#obsolete.filter((file) => file.lastView < oldestView);
    this.#obsolete = this.#obsolete.filter((file) => file.lastView >= oldestView);
    for (const { path, batch } of unread) {
      // A file that cannot be moved is found again at the next start.
      await (batch === null ? remove(path) : this.#trash.add(path, batch).catch(() => undefined));
    }
  }

  async #openL0(hoursOf: (path: string) => Promise<ReadonlySet<number>>): Promise<L0File[]> {
    const l0: L0File[] = [];
    for (const file of await this.#listBySequence(l0Directory(this.root))) {
      const hours = await hoursOf(file.path).catch(() => null);
      if (hours) l0.push({ ...file, hours });
      else await this.quarantine(file.path);
    }
    return l0;
  }

  async #openCompacted(): Promise<Map<number, StoredFile>> {
    const compacted = new Map<number, StoredFile>();
    const raw = join(this.root, 'raw');
    for (const day of await subdirectories(raw, RAW_DAY_NAME)) {
      // The names are in the order of their sequences, so that a later file of the same hour replaces the earlier one.
      for (const name of await this.#wholeFiles(join(raw, day))) {
        const parsed = parseCompactedName(day, name);
        if (!parsed) continue;
        const replaced = compacted.get(parsed.hour);
        if (replaced) await remove(replaced.path);
        compacted.set(parsed.hour, {
          path: join(raw, day, name),
          minSequence: parsed.sequence,
          maxSequence: parsed.sequence,
        });
      }
    }
    return compacted;
  }

  async #openRollups(interval: RollupInterval): Promise<Map<string, StoredFile[]>> {
    const spans = new Map<string, StoredFile[]>();
    const directory = join(this.root, interval);
    await makeDirectory(directory);
    for (const span of await subdirectories(directory, ROLLUP_SPAN_NAME[interval])) {
      const files = await this.#listBySequence(join(directory, span));
      if (files.length > 0) spans.set(span, files);
    }
    return spans;
  }

  /** Files named by their sequences, oldest first. Removes files that a merged file had replaced before a crash. */
  async #listBySequence(directory: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const name of await this.#wholeFiles(directory)) {
      const sequences = parseSequenceName(name);
      if (sequences) files.push({ path: join(directory, name), ...sequences });
    }
    const isReplaced = (file: StoredFile) =>
      files.some(
        (other) => other !== file && other.minSequence <= file.minSequence && other.maxSequence >= file.maxSequence,
      );
    const replaced = files.filter(isReplaced);
    for (const file of replaced) await remove(file.path);
    return files.filter((file) => !replaced.includes(file)).sort((a, b) => a.maxSequence - b.maxSequence);
  }

  /** Names in ascending order. */
  async #wholeFiles(directory: string): Promise<string[]> {
    const names: string[] = [];
    for (const name of (await readdir(directory)).sort()) {
      const path = join(directory, name);
      if (name.endsWith(UNFINISHED_SUFFIX)) await unlink(path);
      else if (name.endsWith('.parquet') && isWholeParquet(path)) names.push(name);
      else if (name.endsWith('.parquet')) await this.quarantine(path);
    }
    return names;
  }
}

/** The greatest sequence of any file; 0 without files. */
export function newestSequence(files: FileSet): number {
  let newest = 0;
  for (const file of files.all()) newest = Math.max(newest, file.maxSequence);
  return newest;
}

/** The smallest sequence of any file; Infinity without files. */
export function oldestSequence(files: FileSet): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const file of files.all()) oldest = Math.min(oldest, file.minSequence);
  return oldest;
}

async function remove(path: string): Promise<void> {
  // A file that cannot be deleted, because the disk fails or a virus scanner holds it, is found again at the next
  // start.
  await unlink(path).catch(() => undefined);
}

/** Removes empty directories, which retention leaves behind. */
async function subdirectories(path: string, named: RegExp): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (!entry.isDirectory() || !named.test(entry.name)) continue;
    const isRemoved = await rmdir(join(path, entry.name)).then(
      () => true,
      () => false,
    );
    if (!isRemoved) found.push(entry.name);
  }
  return found;
}
