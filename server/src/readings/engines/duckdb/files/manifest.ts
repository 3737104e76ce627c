// The list of the files that the store must have, with their checksums, so that a missing or changed file is noticed.

import { writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Clock } from '../../../../clock.ts';
import { writeDurably } from './durable-files.ts';
import { describeFile, sizeOf } from './file-content.ts';
import type { StoredFile } from './file-set.ts';
import { type FileFault, faultsOf } from './manifest-faults.ts';
import { ManifestFile } from './manifest-file.ts';
import {
  type Change,
  type CheckedFile,
  HEADER,
  type ListedFile,
  type ListedSegment,
  lineOf,
  MANIFEST_FILE,
  nameIn,
} from './manifest-lines.ts';
import { SMALL_FILES } from './small-file.ts';

export class Manifest {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #describe: (path: string) => Promise<Omit<ListedFile, 'minSequence' | 'maxSequence'>>;
  readonly #files = new Map<string, ListedFile>();
  readonly #segments = new Map<string, ListedSegment>();
  readonly #small = new Set<string>();
  /** Files that are missing or were quarantined, and when this was noticed. */
  readonly #lost = new Map<string, number>();
  readonly #file: ManifestFile;

  /** `countRows` returns the number of rows of a Parquet file. */
  constructor(root: string, clock: Clock, countRows: (path: string) => Promise<number>) {
    this.#root = root;
    this.#clock = clock;
    this.#describe = (path) => describeFile(path, countRows, clock);
    this.#file = new ManifestFile(root, () => this.#changes());
  }

  /**
   * Reads the list.
   *
   * @returns whether it was complete; null if there is none
   */
  async read(): Promise<boolean | null> {
    const found = await this.#file.read();
    for (const change of found?.changes ?? []) this.#apply(change);
    return found?.isComplete ?? null;
  }

  /**
   * Compares the list with what is there, and forgets what is not. `files` are all files of the store.
   *
   * @returns missing and changed files, journal files and small files, relative to the root, and since when each journal file
   * had readings, where this is known
   */
  async compare(
    files: Iterable<StoredFile>,
  ): Promise<{ missing: string[]; changed: string[]; journalsSinceMs: ReadonlyMap<string, number> }> {
    const present = new Map([...files].map((file) => [this.#nameOf(file.path), file]));
    const missing: string[] = [];
    const changed: string[] = [];
    for (const [name, { bytes }] of this.#files) {
      const path = join(this.#root, name);
      if (present.has(name)) {
        if ((await sizeOf(path)) === bytes) continue;
        changed.push(name);
      } else {
        missing.push(name);
        this.#lost.set(name, this.#clock.nowMs());
      }
      this.#files.delete(name);
    }
    const journalsSinceMs = new Map<string, number>();
    for (const [name, { bytes, sinceMs }] of this.#segments) {
      if (sinceMs !== undefined) journalsSinceMs.set(name, sinceMs);
      const size = await sizeOf(join(this.#root, name));
      // A segment is listed once something was written to it durably.
      if (size === null) missing.push(name);
      else if (size < (bytes ?? 1)) changed.push(name);
    }
    this.#segments.clear();
    for (const name of this.#small) if ((await sizeOf(join(this.#root, name))) === null) missing.push(name);
    this.#small.clear();
    return { missing, changed, journalsSinceMs };
  }

  /** Replaces the file by what is listed now and `files`. Their checksums are determined later if they are unknown. */
  async start(
    files: Iterable<StoredFile>,
    journalPaths: readonly string[],
    journalsSinceMs: ReadonlyMap<string, number>,
  ): Promise<void> {
    for (const { path, minSequence, maxSequence } of files) {
      const name = this.#nameOf(path);
      const bytes = await sizeOf(path);
      if (this.#files.has(name) || bytes === null) continue;
      this.#files.set(name, { bytes, rows: null, crc: null, minSequence, maxSequence });
      this.#lost.delete(name);
    }
    for (const path of journalPaths) {
      const sinceMs = journalsSinceMs.get(this.#nameOf(path));
      const known = sinceMs === undefined ? {} : { sinceMs };
      this.#segments.set(this.#nameOf(path), { bytes: await sizeOf(path), ...known });
    }
    await this.#noteSmallFiles();
    await this.#file.rewrite();
  }

  /** To be called when the added files have their names, and before the removed ones are deleted. Durable when it resolves. */
  async record(added: readonly StoredFile[], removed: readonly StoredFile[]): Promise<void> {
    for (const { path, minSequence, maxSequence } of added) {
      this.#note({ file: this.#nameOf(path), ...(await this.#describe(path)), minSequence, maxSequence });
    }
    await this.recordRemoved(removed.map(({ path }) => path));
  }

  /** The first record of a journal file is durable. Not fsynced, so that no append waits for it. */
  noteJournal(path: string, bytes: number | null): void {
    const name = this.#nameOf(path);
    this.#note({ journal: name, bytes, sinceMs: this.#segments.get(name)?.sinceMs ?? this.#clock.nowMs() });
    void this.#file.flush(false).catch(() => undefined);
  }

  /** To be called before files are deleted or renamed. Durable when it resolves. */
  async recordRemoved(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#note({ removed: this.#nameOf(path) });
    await this.#file.flush(true);
  }

  /** Determines the checksums of files that have none, until `isEnough`. */
  async completeChecksums(isEnough: () => boolean): Promise<void> {
    for (const [name, { crc, minSequence, maxSequence }] of this.#files) {
      if (crc !== null) continue;
      if (isEnough()) break;
      const described = await this.#describe(join(this.#root, name)).catch(() => null);
      if (described && this.#files.has(name)) this.#note({ file: name, ...described, minSequence, maxSequence });
    }
    await this.#file.flush(false);
  }

  /**
   * Files whose checksum is known and was last compared before `beforeMs`, or in what is the future at `nowMs`. Those that
   * have waited longest come first.
   */
  dueForCheck(beforeMs: number, nowMs: number): CheckedFile[] {
    const due: (CheckedFile & { checkedMs: number })[] = [];
    for (const [name, { bytes, crc, checkedMs = 0 }] of this.#files) {
      if (crc !== null && (checkedMs < beforeMs || checkedMs > nowMs)) due.push({ name, bytes, crc, checkedMs });
    }
    return due.sort((a, b) => a.checkedMs - b.checkedMs);
  }

  /** Whether the file is still listed with this content. */
  isListed({ name, crc }: CheckedFile): boolean {
    return this.#files.get(name)?.crc === crc;
  }

  /** The content of a file is what its checksum says. Not fsynced: without the line it is checked again. */
  async noteChecked({ name }: CheckedFile, checkedMs: number): Promise<void> {
    const listed = this.#files.get(name);
    if (listed) this.#note({ file: name, ...listed, checkedMs });
    await this.#file.flush(false);
  }

  /** The differences between the list and what is on the disk. */
  faults(): AsyncIterable<FileFault> {
    const [files, segments, small, lost] = [this.#files, this.#segments, this.#small, this.#lost];
    return faultsOf(this.#root, { files, segments, small, lost, isIntact: () => this.#file.isIntact() });
  }

  /** Replaces a damaged file by what it should say. */
  writeAgain(): Promise<void> {
    return this.#file.writeAgain();
  }

  /** The contents of a file are gone. Durable when it resolves. */
  async recordLost(path: string): Promise<void> {
    this.#note({ lost: this.#nameOf(path), noticedMs: this.#clock.nowMs() });
    await this.#file.flush(true);
  }

  /** A lost file has been made again. */
  async forgetLost(name: string): Promise<void> {
    this.#note({ removed: name });
    await this.#file.flush(true);
  }

  /** What was lost before this time would have expired by now. */
  async forgetLostBefore(beforeMs: number): Promise<void> {
    for (const [name, noticedMs] of [...this.#lost]) if (noticedMs < beforeMs) await this.forgetLost(name);
  }

  /** Names of lost files, relative to the root, and when this was noticed. */
  get lost(): ReadonlyMap<string, number> {
    return this.#lost;
  }

  /** Writes a list of these files only, for a copy of the store in another directory. */
  async writeCopy(directory: string, paths: Iterable<string>): Promise<void> {
    const names = new Set([...paths].map((path) => this.#nameOf(path)));
    const lines = this.#changes().filter((change) => change === HEADER || names.has(nameIn(change)));
    await writeDurably(join(directory, MANIFEST_FILE), (path) => writeFile(path, lines.map(lineOf).join('')));
  }

  async close(): Promise<void> {
    await this.#noteSmallFiles();
    await this.#file.close();
  }

  /** The small files that are there, so that a missing one is noticed. */
  async #noteSmallFiles(): Promise<void> {
    for (const name of SMALL_FILES) {
      if (!this.#small.has(name) && (await sizeOf(join(this.#root, name))) !== null) this.#note({ small: name });
    }
  }

  #nameOf(path: string): string {
    return relative(this.#root, path).replaceAll(sep, '/');
  }

  #note(change: Change): void {
    this.#apply(change);
    this.#file.note(change);
  }

  #changes(): Change[] {
    return [
      HEADER,
      ...[...this.#files].map(([file, listed]): Change => ({ file, ...listed })),
      ...[...this.#segments].map(([journal, listed]): Change => ({ journal, ...listed })),
      ...[...this.#small].map((small): Change => ({ small })),
      ...[...this.#lost].map(([lost, noticedMs]): Change => ({ lost, noticedMs })),
    ];
  }

  #apply(change: Change): void {
    if ('manifest' in change) return;
    const name = nameIn(change);
    this.#lost.delete(name);
    if ('file' in change) {
      const { file, ...listed } = change;
      this.#files.set(file, listed);
    } else if ('journal' in change) {
      const { journal, ...listed } = change;
      this.#segments.set(journal, listed);
    } else if ('small' in change) this.#small.add(change.small);
    else {
      this.#files.delete(name);
      this.#segments.delete(name);
      if ('lost' in change) this.#lost.set(name, change.noticedMs);
    }
  }
}
