// The files of the store: read from the directory at a start, which is the truth, and kept current since.

import { readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Tier } from '../../../time-buckets.ts';
import { makeDirectory, UNFINISHED_SUFFIX } from './durable-files.ts';
import { looseDirectory, parseGenerationName, parseSettledName, RAW_DAY_NAME, TIER_SPAN_NAME } from './file-names.ts';
import { FileSet, type LooseFile, NO_FILES, type StoredFile } from './file-set.ts';
import { isWholeParquet } from './parquet-frame.ts';
import type { TrashFolder } from './trash-folder.ts';

interface Obsolete {
  readonly path: string;
  /** Number of the newest view that may still read it. */
  readonly lastView: number;
  /** The batch of the trash folder that it goes to; null where it has been replaced and can be deleted. */
  readonly batch: string | null;
}

export class PartitionCatalog {
  readonly root: string;
  /** Replaced at every change. */
  files: FileSet = NO_FILES;
  /** Names of the files that could not be read, relative to the root. */
  readonly damaged: string[] = [];
  readonly #asideSuffix: string;
  readonly #trash: TrashFolder;
  readonly #views = new Set<number>();
  #lastView = 0;
  #obsolete: Obsolete[] = [];

  constructor(root: string, asideSuffix: string, trash: TrashFolder) {
    this.root = root;
    this.#trash = trash;
    this.#asideSuffix = asideSuffix;
  }

  /** Reads the directory; `hoursOf` tells which hours a loose file has rows of. Rests of a crash are removed. */
  async open(hoursOf: (path: string) => Promise<ReadonlySet<number>>): Promise<void> {
    await makeDirectory(looseDirectory(this.root));
    const loose = await this.#openLoose(hoursOf);
    const settled = await this.#openSettled();
    const tiers = {
      '1m': await this.#openTier('1m'),
      '1h': await this.#openTier('1h'),
      '1d': await this.#openTier('1d'),
    };
    this.files = new FileSet(settled, loose, tiers);
  }

  /** No file of the current set is deleted before the returned function is called. */
  hold(): () => void {
    const view = ++this.#lastView;
    this.#views.add(view);
    return () => {
      this.#views.delete(view);
      if (this.#obsolete.length > 0) void this.#removeUnread();
    };
  }

  /** Deletes files that the current set no longer names, as soon as no query reads them. */
  async discard(files: readonly StoredFile[]): Promise<void> {
    for (const { path } of files) this.#obsolete.push({ path, lastView: this.#lastView, batch: null });
    await this.#removeUnread();
  }

  /** As `discard`, for files that have expired: they are moved to a batch of the trash folder. */
  async expire(files: readonly StoredFile[], batch: string): Promise<void> {
    for (const { path } of files) this.#obsolete.push({ path, lastView: this.#lastView, batch });
    await this.#removeUnread();
  }

  /** Renames a file that cannot be read and forgets it. */
  async putAside(path: string): Promise<void> {
    await rename(path, `${path}.${this.#asideSuffix}`);
    this.damaged.push(relative(this.root, path));
    this.files = this.files.without(path);
  }

  async #removeUnread(): Promise<void> {
    const oldestView = Math.min(...this.#views, Number.POSITIVE_INFINITY);
    const unread = this.#obsolete.filter((file) => file.lastView < oldestView);
    this.#obsolete = this.#obsolete.filter((file) => file.lastView >= oldestView);
    for (const { path, batch } of unread) {
      // What cannot be moved is found again at the next start, as what cannot be removed.
      await (batch === null ? remove(path) : this.#trash.take(path, batch).catch(() => undefined));
    }
  }

  async #openLoose(hoursOf: (path: string) => Promise<ReadonlySet<number>>): Promise<LooseFile[]> {
    const loose: LooseFile[] = [];
    for (const file of await this.#listGenerations(looseDirectory(this.root))) {
      const hours = await hoursOf(file.path).catch(() => null);
      if (hours) loose.push({ ...file, hours });
      else await this.putAside(file.path);
    }
    return loose;
  }

  async #openSettled(): Promise<Map<number, StoredFile>> {
    const settled = new Map<number, StoredFile>();
    const raw = join(this.root, 'raw');
    for (const day of await subdirectories(raw, RAW_DAY_NAME)) {
      // Names ascend with the generation: a later one of the same hour replaced the earlier.
      for (const name of await this.#wholeFiles(join(raw, day))) {
        const parsed = parseSettledName(day, name);
        if (!parsed) continue;
        const replaced = settled.get(parsed.hour);
        if (replaced) await remove(replaced.path);
        settled.set(parsed.hour, {
          path: join(raw, day, name),
          minGeneration: parsed.generation,
          maxGeneration: parsed.generation,
        });
      }
    }
    return settled;
  }

  async #openTier(tier: Tier): Promise<Map<string, StoredFile[]>> {
    const spans = new Map<string, StoredFile[]>();
    const directory = join(this.root, tier);
    await makeDirectory(directory);
    for (const span of await subdirectories(directory, TIER_SPAN_NAME[tier])) {
      const files = await this.#listGenerations(join(directory, span));
      if (files.length > 0) spans.set(span, files);
    }
    return spans;
  }

  /** Files named by their generations, oldest first, without those that a merged file replaced before a crash. */
  async #listGenerations(directory: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const name of await this.#wholeFiles(directory)) {
      const generations = parseGenerationName(name);
      if (generations) files.push({ path: join(directory, name), ...generations });
    }
    const isReplaced = (file: StoredFile) =>
      files.some(
        (other) =>
          other !== file && other.minGeneration <= file.minGeneration && other.maxGeneration >= file.maxGeneration,
      );
    const replaced = files.filter(isReplaced);
    for (const file of replaced) await remove(file.path);
    return files.filter((file) => !replaced.includes(file)).sort((a, b) => a.maxGeneration - b.maxGeneration);
  }

  /** Names in ascending order. */
  async #wholeFiles(directory: string): Promise<string[]> {
    const names: string[] = [];
    for (const name of (await readdir(directory)).sort()) {
      const path = join(directory, name);
      if (name.endsWith(UNFINISHED_SUFFIX)) await unlink(path);
      else if (name.endsWith('.parquet') && isWholeParquet(path)) names.push(name);
      else if (name.endsWith('.parquet')) await this.putAside(path);
    }
    return names;
  }
}

/** The greatest generation that any file of the set was written in. */
export function newestGeneration(files: FileSet): number {
  let newest = 0;
  for (const file of files.all()) newest = Math.max(newest, file.maxGeneration);
  return newest;
}

/** The smallest generation of any file; Infinity without files. */
export function oldestGeneration(files: FileSet): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const file of files.all()) oldest = Math.min(oldest, file.minGeneration);
  return oldest;
}

async function remove(path: string): Promise<void> {
  // A file that stays, because of a failing disk or a virus scanner, is found again at the next start.
  await unlink(path).catch(() => undefined);
}

/** Those that retention has emptied are removed on the way. */
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
