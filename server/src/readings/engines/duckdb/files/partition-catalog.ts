// Which files the store has. The catalogue is read from the directory at the start and updated with every change.

import { readdir, rename, unlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { RollupInterval } from '../../../time-buckets.ts';
import type { DamageList } from './damage-list.ts';
import { nothingThere, onlyIfMissing, remove, subdirectories } from './directory-entries.ts';
import { makeDirectory, UNFINISHED_SUFFIX } from './durable-files.ts';
import {
  FILE_FORMATS,
  type FileFormat,
  isLocalDaysFolder,
  l0Directory,
  localDaysFolder,
  parseCompactedName,
  parseSequenceName,
  ROLLUP_SPAN_NAME,
  rollupDirectory,
  rollupsDirectory,
  VALUE_DAY_NAME,
  valuesDirectory,
} from './file-names.ts';
import { FileSet, type L0File, type LocalDayFiles, NO_FILES, type StoredFile } from './file-set.ts';
import { readLocalDays } from './local-days-state.ts';
import type { Manifest } from './manifest.ts';
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
  readonly #manifest: Manifest;
  readonly #damage: DamageList;
  readonly #views = new Set<number>();
  #lastView = 0;
  #obsolete: Obsolete[] = [];

  constructor(
    root: string,
    damagedSuffix: string,
    registers: { trash: TrashFolder; manifest: Manifest; damage: DamageList },
  ) {
    this.root = root;
    this.#manifest = registers.manifest;
    this.#damage = registers.damage;
    this.#trash = registers.trash;
    this.#damagedSuffix = damagedSuffix;
  }

  /**
   * Reads the directory and removes what a crash left behind. `hoursOf` returns the hours that an L0 file has rows of. Of two
   * files with the same name, the one of format 2 was made from the one of format 1.
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
    this.files = new FileSet(compacted, l0, rollups, await this.#openLocalDays());
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

  /**
   * Lists files that were added to the current set, and deletes those that they replaced in it as soon as no query reads
   * them.
   */
  async replace(added: readonly StoredFile[], files: readonly StoredFile[]): Promise<void> {
    await this.#manifest.record(added, files);
    for (const { path } of files) this.#obsolete.push({ path, lastView: this.#lastView, batch: null });
    await this.#removeUnread();
  }

  /** Moves expired files to a batch of the trash folder, as soon as no query reads them. */
  async expire(files: readonly StoredFile[], batch: string): Promise<void> {
    await this.#manifest.record([], files);
    for (const { path } of files) this.#obsolete.push({ path, lastView: this.#lastView, batch });
    await this.#removeUnread();
  }

  /** Renames a file that is damaged, if it is there, and removes it from the current set. */
  async quarantine(path: string): Promise<void> {
    await rename(path, `${path}.${this.#damagedSuffix}`).catch(onlyIfMissing);
    const name = relative(this.root, path).replaceAll(sep, '/');
    this.damaged.push(name);
    const hours = this.files.l0.find((file) => file.path === path)?.hours;
    await this.#damage.note(name, hours === undefined ? {} : { hours });
    this.files = this.files.without(path);
    // What cannot be written now is written with the next change.
    await this.#manifest.recordLost(path).catch(() => undefined);
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
    for (const file of await this.#listBySequence((format) => l0Directory(this.root, format))) {
      const hours = await hoursOf(file.path).catch(() => null);
      if (hours) l0.push({ ...file, hours });
      else await this.quarantine(file.path);
    }
    return l0;
  }

  async #openCompacted(): Promise<Map<number, StoredFile>> {
    const compacted = new Map<number, StoredFile>();
    for (const format of FILE_FORMATS) {
      const directory = valuesDirectory(this.root, format);
      for (const day of await subdirectories(directory, VALUE_DAY_NAME)) {
        // The names are in the order of their sequences.
        for (const name of await this.#wholeFiles(join(directory, day))) {
          const parsed = parseCompactedName(day, name);
          if (!parsed) continue;
          const { hour, sequence } = parsed;
          const file = { path: join(directory, day, name), format, minSequence: sequence, maxSequence: sequence };
          const known = compacted.get(hour);
          const replaced = known && known.maxSequence > sequence ? file : known;
          if (replaced) await this.#removeReplaced(replaced);
          if (replaced !== file) compacted.set(hour, file);
        }
      }
    }
    return compacted;
  }

  async #openRollups(interval: RollupInterval): Promise<Map<string, StoredFile[]>> {
    const spans = new Map<string, StoredFile[]>();
    await makeDirectory(rollupDirectory(this.root, interval));
    const names = new Set<string>();
    for (const format of FILE_FORMATS) {
      const directory = rollupDirectory(this.root, interval, format);
      for (const span of await subdirectories(directory, ROLLUP_SPAN_NAME[interval])) names.add(span);
    }
    for (const span of names) {
      const files = await this.#listBySequence((format) => join(rollupDirectory(this.root, interval, format), span));
      if (files.length > 0) spans.set(span, files);
    }
    return spans;
  }

  /** Files of other zones are left from a change of the zone that did not end. */
  async #openLocalDays(): Promise<LocalDayFiles | null> {
    const state = await readLocalDays(this.root);
    const directory = rollupsDirectory(this.root);
    const files = new Map<string, StoredFile[]>();
    for (const folder of await readdir(directory)) {
      if (!isLocalDaysFolder(folder)) continue;
      for (const span of await subdirectories(join(directory, folder), ROLLUP_SPAN_NAME['1d'])) {
        const found = await this.#listBySequence((format) => (format === 1 ? '' : join(directory, folder, span)));
        if (state !== null && folder === localDaysFolder(state.zone)) files.set(span, found);
        else for (const file of found) await this.#removeReplaced(file);
      }
    }
    return state && { ...state, files };
  }

  /** Files named by their sequences, oldest first. Removes files that another file had replaced before a crash. */
  async #listBySequence(directoryOf: (format: FileFormat) => string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const format of FILE_FORMATS) {
      const directory = directoryOf(format);
      for (const name of await this.#wholeFiles(directory)) {
        const sequences = parseSequenceName(name);
        if (sequences) files.push({ path: join(directory, name), format, ...sequences });
      }
    }
    const isReplaced = (file: StoredFile) =>
      files.some(
        (other) =>
          other.minSequence <= file.minSequence &&
          other.maxSequence >= file.maxSequence &&
          (other.format > file.format || other.minSequence < file.minSequence || other.maxSequence > file.maxSequence),
      );
    const replaced = files.filter(isReplaced);
    for (const file of replaced) await this.#removeReplaced(file);
    return files.filter((file) => !replaced.includes(file)).sort((a, b) => a.maxSequence - b.maxSequence);
  }

  async #removeReplaced({ path }: StoredFile): Promise<void> {
    await this.#manifest.recordRemoved([path]);
    await remove(path);
  }

  /** Names in ascending order. */
  async #wholeFiles(directory: string): Promise<string[]> {
    const names: string[] = [];
    for (const name of (await readdir(directory).catch(nothingThere)).sort()) {
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
