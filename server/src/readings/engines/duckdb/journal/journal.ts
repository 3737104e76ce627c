// The write-ahead journal. Every acknowledged reading is in it until it is in a Parquet file.

import { copyFile, type FileHandle, open, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncToDisk } from '../../../../disk.ts';
import { makeDirectory, writeDurably } from '../files/durable-files.ts';
import { encodeEntry, type JournalEntry } from './journal-record.ts';
import { readJournal } from './read-journal.ts';

const SUFFIX = '.journal';

/** Lists the files, so that a missing or emptied one is noticed. */
export interface JournalRegister {
  /** `bytes` is null while the file is written to. */
  noteJournal(path: string, bytes: number | null): void;
  /** Resolves when it is durable. */
  recordRemoved(paths: readonly string[]): Promise<void>;
}

/** A directory of append-only files with ascending numbers. Calls must not overlap. */
export class Journal {
  readonly #directory: string;
  readonly #register: JournalRegister;
  #file: FileHandle | null = null;
  /** Closed files that are still needed, oldest first. The open file is not among them. */
  #sealed: string[] = [];
  #openPath: string | null = null;
  #nextNumber = 1;
  #durableBytes = 0;

  constructor(directory: string, register: JournalRegister) {
    this.#directory = directory;
    this.#register = register;
  }

  /**
   * Passes on every entry in order. A damaged file is copied to a name with `damagedSuffix`, so that a person can
   * examine it, and replaced by the entries that could be read.
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

  /**
   * Resolves once the record is durable. If it fails, nothing of the record remains, and the next call opens a new
   * file.
   */
  async append(record: Buffer): Promise<void> {
    await this.#write(record);
    if (this.#durableBytes === 0) this.#register.noteJournal(this.#openPath as string, null);
    this.#durableBytes += record.length;
  }

  /**
   * Resolves if a record of this many bytes could be appended: zeros are written in its place and then truncated. A
   * crash in between leaves zeros at the end of the file, which do not count as damage.
   */
  async probe(bytes: number): Promise<void> {
    const file = await this.#write(Buffer.alloc(bytes));
    await file.truncate(this.#durableBytes);
  }

  /** Writes after the durable bytes. If it rejects, the file is not written to again. */
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

  /** Closes the open file. Returns all files, which hold every entry up to now. */
  async seal(): Promise<readonly string[]> {
    await this.close();
    return [...this.#sealed];
  }

  /** Deletes closed files whose entries are stored elsewhere. */
  async drop(paths: readonly string[]): Promise<void> {
    // If the disk is full, deleting these files is what helps.
    await this.#register.recordRemoved(paths).catch(() => undefined);
    for (const path of paths) {
      // What was in a file that has disappeared is stored elsewhere all the same.
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      this.#sealed = this.#sealed.filter((sealed) => sealed !== path);
    }
  }

  /** Closed files, oldest first. */
  get sealedPaths(): readonly string[] {
    return this.#sealed;
  }

  /** Safe twice. */
  async close(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    const path = this.#openPath as string;
    this.#file = null;
    // An empty file holds nothing that was acknowledged.
    if (this.#durableBytes > 0) {
      this.#sealed.push(path);
      this.#register.noteJournal(path, this.#durableBytes);
    }
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

  /** After a failed write or fsync it is unknown which bytes the kernel still holds, so the file is not used again. */
  async #abandon(file: FileHandle): Promise<void> {
    await file.truncate(this.#durableBytes).catch(() => undefined);
    await file.datasync().catch(() => undefined);
    await this.close().catch(() => undefined);
  }
}
