// The write-ahead journal: every acknowledged reading stands in it until it is in a Parquet file.

import { copyFile, type FileHandle, open, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncToDisk } from '../../../../disk.ts';
import { makeDirectory, writeDurably } from '../files/durable-files.ts';
import { encodeEntry, type JournalEntry } from './journal-record.ts';
import { readJournal } from './read-journal.ts';

const SUFFIX = '.journal';

/** Append-only files with rising numbers. Calls must not overlap. */
export class Journal {
  readonly #directory: string;
  #file: FileHandle | null = null;
  /** Files that are closed but still needed, oldest first; the open one is not among them. */
  #sealed: string[] = [];
  #openPath: string | null = null;
  #nextNumber = 1;
  #durableBytes = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Hands over everything that was journalled, in order. A damaged file is copied to its name with `damagedSuffix` for a
   * person to look at, and replaced by what could be read of it.
   *
   * @returns the names of the damaged files
   */
  async replay(onEntry: (entry: JournalEntry) => void, damagedSuffix: string): Promise<string[]> {
    await makeDirectory(this.#directory);
    const damaged: string[] = [];
    const names = (await readdir(this.#directory)).filter((name) => name.endsWith(SUFFIX)).sort();
    for (const name of names) {
      const path = join(this.#directory, name);
      const { entries, isDamaged } = await readJournal(path);
      if (isDamaged) {
        damaged.push(name);
        await copyFile(path, `${path}.${damagedSuffix}`);
        await writeDurably(path, (unfinished) => writeFile(unfinished, entries.map(encodeEntry)));
      }
      for (const entry of entries) onEntry(entry);
      this.#sealed.push(path);
      this.#nextNumber = Math.max(this.#nextNumber, Number.parseInt(name, 10) + 1);
    }
    return damaged;
  }

  /** Resolves once the record is on the disk. Where it fails nothing of the record stays, and the next call tries anew. */
  async append(record: Buffer): Promise<void> {
    await this.#write(record);
    this.#durableBytes += record.length;
  }

  /**
   * Resolves where a record of so many bytes could be appended: they are written where it would stand, and taken back.
   * A crash in between leaves zeros at the end of the file, which are no damage.
   */
  async probe(bytes: number): Promise<void> {
    const file = await this.#write(Buffer.alloc(bytes));
    await file.truncate(this.#durableBytes);
  }

  /** Behind what is durable. Rejects where it is not on the disk; then the file is not written to any more. */
  async #write(record: Buffer): Promise<FileHandle> {
    const file = this.#file ?? (await this.#openNext());
    try {
      let written = 0;
      while (written < record.length) {
        const position = this.#durableBytes + written;
        written += (await file.write(record, written, record.length - written, position)).bytesWritten;
      }
      await file.datasync();
    } catch (error) {
      await this.#abandon(file);
      throw error;
    }
    return file;
  }

  /** Seals the open file: returns all files whose entries have been handed to `append` or `replay` up to now. */
  async seal(): Promise<readonly string[]> {
    await this.close();
    return [...this.#sealed];
  }

  /** Forgets sealed files whose content is stored elsewhere. */
  async drop(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await unlink(path);
      this.#sealed = this.#sealed.filter((sealed) => sealed !== path);
    }
  }

  /** Safe twice. */
  async close(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    const path = this.#openPath as string;
    this.#file = null;
    // Nothing was promised of an empty one: they must not collect.
    if (this.#durableBytes > 0) this.#sealed.push(path);
    await file.close();
    if (this.#durableBytes === 0) await unlink(path).catch(() => undefined);
  }

  async #openNext(): Promise<FileHandle> {
    const path = join(this.#directory, `${String(this.#nextNumber).padStart(12, '0')}${SUFFIX}`);
    const file = await open(path, 'wx');
    this.#nextNumber++;
    this.#openPath = path;
    this.#file = file;
    this.#durableBytes = 0;
    await syncToDisk(this.#directory);
    return file;
  }

  /** After a failed write or fsync the file is not written to again: what the kernel still holds of it is unknown. */
  async #abandon(file: FileHandle): Promise<void> {
    await file.truncate(this.#durableBytes).catch(() => undefined);
    await file.datasync().catch(() => undefined);
    await this.close().catch(() => undefined);
  }
}
