// The file of the manifest. Changes are appended to it as lines; now and then it is written anew.

import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable-files.ts';
import { type Change, HEADER, lineOf, MANIFEST_FILE, parseLine } from './manifest-lines.ts';

/** The file is written anew when this much was appended. */
const MAX_APPENDED_BYTES = 1 << 20;

export class ManifestFile {
  readonly #path: string;
  /** What the file has to say, without the changes that led to it. */
  readonly #contents: () => readonly Change[];
  /** Lines that are not in the file yet. */
  #pending: string[] = [];
  #handle: FileHandle | null = null;
  /** Since the file was written anew. */
  #appendedBytes = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(root: string, contents: () => readonly Change[]) {
    this.#path = join(root, MANIFEST_FILE);
    this.#contents = contents;
  }

  /** The changes that are whole, and whether all are; null if there is no file. */
  async read(): Promise<{ changes: Change[]; isComplete: boolean } | null> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const lines = text.split('\n');
    const isHeaded = `${lines[0]}\n` === lineOf(HEADER);
    // A crash can leave an unfinished line at the end, whose change has not taken effect.
    const unfinished = lines.pop() ?? '';
    // A whole line and one byte more is a line whose end was changed.
    const isCut = unfinished === '' || parseLine(unfinished.slice(0, -1)) === null;
    const changes = lines.map(parseLine).filter((change) => change !== null);
    return { changes, isComplete: isHeaded && isCut && changes.length === lines.length };
  }

  /** Whether the file says, without a damaged line, what it should. */
  async isIntact(): Promise<boolean> {
    await this.flush(false).catch(() => undefined);
    const found = await this.read().catch(() => null);
    return found?.isComplete === true;
  }

  /** A change to be written by the next `flush`. */
  note(change: Change): void {
    this.#pending.push(lineOf(change));
  }

  /** What cannot be written is written with the next change. Until the first `rewrite` nothing is written. */
  flush(isDurable: boolean): Promise<void> {
    const result = this.#turn.then(async () => {
      if (!this.#handle) return;
      if (this.#pending.length > 0) {
        const lines = this.#pending;
        this.#pending = [];
        const text = lines.join('');
        try {
          await this.#handle.appendFile(text);
          this.#appendedBytes += text.length;
        } catch (error) {
          // Part of them may have been written; a repeated line changes nothing.
          this.#pending = ['\n', ...lines, ...this.#pending];
          throw error;
        }
      }
      if (isDurable) await this.#handle.datasync();
      // If it fails, the longer file says the same.
      if (this.#appendedBytes > MAX_APPENDED_BYTES) await this.rewrite().catch(() => undefined);
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Replaces a file that was damaged while it was in use. */
  writeAgain(): Promise<void> {
    const result = this.#turn.then(() => this.rewrite());
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Replaces the file by its contents. */
  async rewrite(): Promise<void> {
    this.#pending = [];
    const text = this.#contents().map(lineOf).join('');
    await writeDurably(this.#path, (unfinished) => writeFile(unfinished, text));
    const handle = await open(this.#path, 'a');
    await this.#handle?.close();
    this.#handle = handle;
    this.#appendedBytes = 0;
  }

  async close(): Promise<void> {
    await this.flush(true).catch(() => undefined);
    await this.#handle?.close();
    this.#handle = null;
  }
}
