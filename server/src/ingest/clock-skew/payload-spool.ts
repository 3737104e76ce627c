// Payloads that wait on the disk until the clock is right: a file of lines, written before they are acknowledged, bounded.

import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A message as it came. `timestampMs` is the time in it that was refused; `gatewayId` null for one without credentials. */
export interface KeptPayload {
  readonly topic: string;
  readonly gatewayId: string | null;
  readonly timestampMs: number;
  readonly payload: Buffer;
}

/** Past it a payload is refused like any other that cannot be stored. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

export class PayloadSpool {
  readonly #file: string;
  readonly #taken: string;
  readonly #aside: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #oldestMs = Number.POSITIVE_INFINITY;
  #waiting: { line: string; resolve: (isKept: true) => void; reject: (error: unknown) => void }[] = [];
  #waitingBytes = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(dataDir: string, maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
    this.#file = join(dataDir, 'ahead-of-clock.jsonl');
    this.#taken = join(dataDir, 'ahead-of-clock.taken.jsonl');
    this.#aside = join(dataDir, 'ahead-of-clock.refused.jsonl');
  }

  /** Finds what an earlier process left. */
  async open(): Promise<void> {
    for (const file of [this.#taken, this.#file]) {
      this.#bytes += await sizeOf(file);
      for await (const { timestampMs } of payloadsOf(file)) this.#oldestMs = Math.min(this.#oldestMs, timestampMs);
    }
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** The earliest of the times that were refused; Infinity where nothing is kept. */
  get oldestMs(): number {
    return this.#oldestMs;
  }

  /** Resolves when it is on the disk; with false where there is no room. Rejects as the disk does. */
  keep(kept: KeptPayload): Promise<boolean> {
    const line = `${JSON.stringify({ ...kept, payload: kept.payload.toString('base64') })}\n`;
    if (this.#bytes + this.#waitingBytes + line.length > this.#maxBytes) return Promise.resolve(false);
    if (this.#waitingBytes + line.length > MAX_WAITING_BYTES) return Promise.resolve(false);
    this.#waitingBytes += line.length;
    this.#oldestMs = Math.min(this.#oldestMs, kept.timestampMs);
    const written = new Promise<boolean>((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
    });
    void this.#inTurn(() => this.#writeWaiting());
    return written;
  }

  /** Everything that waits, in the order in which it came; it stays on the disk until `forgetTaken`. */
  async *take(): AsyncGenerator<KeptPayload> {
    await this.#inTurn(async () => {
      // What an earlier process did not finish comes first, and the rest at the next time.
      if ((await sizeOf(this.#taken)) === 0 && (await sizeOf(this.#file)) > 0) await rename(this.#file, this.#taken);
      this.#oldestMs = Number.POSITIVE_INFINITY;
    });
    yield* payloadsOf(this.#taken);
  }

  forgetTaken(): Promise<void> {
    return this.#inTurn(async () => {
      await rm(this.#taken, { force: true });
      this.#bytes = await sizeOf(this.#file);
      if (this.#bytes > 0 && this.#oldestMs === Number.POSITIVE_INFINITY) this.#oldestMs = 0;
    });
  }

  /** Nothing waits any more; one such file, the newest, stays for people. @returns its path */
  putAside(): Promise<string> {
    return this.#inTurn(async () => {
      for (const file of [this.#taken, this.#file]) if ((await sizeOf(file)) > 0) await rename(file, this.#aside);
      this.#forget();
      return this.#aside;
    });
  }

  discard(): Promise<void> {
    return this.#inTurn(async () => {
      for (const file of [this.#taken, this.#file]) await rm(file, { force: true });
      this.#forget();
    });
  }

  #forget(): void {
    this.#bytes = 0;
    this.#oldestMs = Number.POSITIVE_INFINITY;
  }

  /** Never rejects: whoever waits hears how it went. */
  async #writeWaiting(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      await this.#write(waiting.map(({ line }) => line).join(''));
      for (const { resolve } of waiting) resolve(true);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
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

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }
}

async function* payloadsOf(file: string): AsyncGenerator<KeptPayload> {
  if ((await sizeOf(file)) === 0) return;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    let kept: Omit<KeptPayload, 'payload'> & { payload: string };
    try {
      kept = JSON.parse(line) as typeof kept;
    } catch {
      // A power cut broke it off: it was never acknowledged.
      continue;
    }
    yield { ...kept, payload: Buffer.from(kept.payload, 'base64') };
  }
}

const sizeOf = async (file: string) => (await stat(file).catch(() => null))?.size ?? 0;
