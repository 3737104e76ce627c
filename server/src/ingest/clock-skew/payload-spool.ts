// Payloads that wait on disk until the clock is right: a bounded file of JSON lines.

import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A message as it was received. `timestampMs` is the first timestamp that was refused; `gatewayId` is null without credentials. */
export interface SpooledPayload {
  readonly topic: string;
  readonly gatewayId: string | null;
  readonly timestampMs: number;
  readonly payload: Buffer;
}

/** Past this size further payloads are not spooled. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_QUEUED_BYTES = 8 * 1024 * 1024;

export class PayloadSpool {
  readonly #file: string;
  readonly #readFile: string;
  readonly #refusedFile: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #oldestMs = Number.POSITIVE_INFINITY;
  #queue: { line: string; resolve: (isSpooled: true) => void; reject: (error: unknown) => void }[] = [];
  #queuedBytes = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(dataDir: string, maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
    this.#file = join(dataDir, 'ahead-of-clock.jsonl');
    this.#readFile = join(dataDir, 'ahead-of-clock.taken.jsonl');
    this.#refusedFile = join(dataDir, 'ahead-of-clock.refused.jsonl');
  }

  /** Reads the files that an earlier process left. */
  async open(): Promise<void> {
    for (const file of [this.#readFile, this.#file]) {
      this.#bytes += await sizeOf(file);
      for await (const { timestampMs } of payloadsOf(file)) this.#oldestMs = Math.min(this.#oldestMs, timestampMs);
    }
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** The earliest `timestampMs` in the spool; Infinity where it is empty. */
  get oldestMs(): number {
    return this.#oldestMs;
  }

  /** Resolves with true when the payload is on disk, with false where the spool is full. Rejects with the error of the disk. */
  append(spooled: SpooledPayload): Promise<boolean> {
    const line = `${JSON.stringify({ ...spooled, payload: spooled.payload.toString('base64') })}\n`;
    if (this.#bytes + this.#queuedBytes + line.length > this.#maxBytes) return Promise.resolve(false);
    if (this.#queuedBytes + line.length > MAX_QUEUED_BYTES) return Promise.resolve(false);
    this.#queuedBytes += line.length;
    this.#oldestMs = Math.min(this.#oldestMs, spooled.timestampMs);
    const written = new Promise<boolean>((resolve, reject) => {
      this.#queue.push({ line, resolve, reject });
    });
    void this.#serialize(() => this.#writeQueue());
    return written;
  }

  /** The spooled payloads in the order in which they came. They stay on disk until `removeRead`. */
  async *read(): AsyncGenerator<SpooledPayload> {
    await this.#serialize(async () => {
      // Payloads that an earlier process had begun to read come first, the others at the next call.
      if ((await sizeOf(this.#readFile)) === 0 && (await sizeOf(this.#file)) > 0)
        await rename(this.#file, this.#readFile);
      this.#oldestMs = Number.POSITIVE_INFINITY;
    });
    yield* payloadsOf(this.#readFile);
  }

  /** Removes the payloads that `read` returned. */
  removeRead(): Promise<void> {
    return this.#serialize(async () => {
      await rm(this.#readFile, { force: true });
      this.#bytes = await sizeOf(this.#file);
      if (this.#bytes > 0 && this.#oldestMs === Number.POSITIVE_INFINITY) this.#oldestMs = 0;
    });
  }

  /** Empties the spool into a file for inspection, which replaces the previous one. @returns its path */
  moveToRefused(): Promise<string> {
    return this.#serialize(async () => {
      for (const file of [this.#readFile, this.#file])
        if ((await sizeOf(file)) > 0) await rename(file, this.#refusedFile);
      this.#clear();
      return this.#refusedFile;
    });
  }

  /** Empties the spool. */
  discard(): Promise<void> {
    return this.#serialize(async () => {
      for (const file of [this.#readFile, this.#file]) await rm(file, { force: true });
      this.#clear();
    });
  }

  #clear(): void {
    this.#bytes = 0;
    this.#oldestMs = Number.POSITIVE_INFINITY;
  }

  /** Never rejects; the promises of `append` do. */
  async #writeQueue(): Promise<void> {
    const queue = this.#queue;
    if (queue.length === 0) return;
    this.#queue = [];
    this.#queuedBytes = 0;
    try {
      await this.#write(queue.map(({ line }) => line).join(''));
      for (const { resolve } of queue) resolve(true);
    } catch (error) {
      for (const { reject } of queue) reject(error);
    }
  }

  async #write(lines: string): Promise<void> {
    const file = await open(this.#file, 'a', 0o600);
    try {
      const bytes = Buffer.from(lines);
      await file.write(bytes);
      await file.sync();
      this.#bytes += bytes.length;
    } finally {
      await file.close();
    }
  }

  #serialize<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }
}

async function* payloadsOf(file: string): AsyncGenerator<SpooledPayload> {
  if ((await sizeOf(file)) === 0) return;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    let spooled: Omit<SpooledPayload, 'payload'> & { payload: string };
    try {
      spooled = JSON.parse(line) as typeof spooled;
    } catch {
      // The line is incomplete after a power failure, and was never acknowledged.
      continue;
    }
    yield { ...spooled, payload: Buffer.from(spooled.payload, 'base64') };
  }
}

const sizeOf = async (file: string) => (await stat(file).catch(() => null))?.size ?? 0;
