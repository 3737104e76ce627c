// The newest messages of each stream, in memory, within a bound of bytes that the senders share fairly.

import { FairShares } from '../fair-shares.ts';
import type { RecentMessage } from './incoming-message.ts';
import type { IncomingStream } from './incoming-stream.ts';

const MAX_MESSAGES = 100;
const MAX_STREAM_BYTES = 512 * 1024;
const MAX_BYTES = 48 * 1024 * 1024;
/** What a message takes besides its payload. */
const OVERHEAD_BYTES = 500;

interface Kept {
  readonly message: RecentMessage;
  stream: IncomingStream;
}

export class RecentMessages {
  readonly #maxBytes: number;
  readonly #shares = new FairShares<Kept>();
  /** Oldest first. */
  readonly #byStream = new Map<IncomingStream, Kept[]>();

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Of all streams. */
  get bytes(): number {
    return this.#shares.size;
  }

  add(stream: IncomingStream, message: RecentMessage): void {
    const kept = { message, stream };
    const list = this.#byStream.get(stream);
    if (list) list.push(kept);
    else this.#byStream.set(stream, [kept]);
    this.#shares.set(stream.senderKey, kept, sizeOf(kept));
    this.#trim(stream);
    while (this.#shares.size > this.#maxBytes) {
      const oldest = this.#shares.removeOldestOfLargest();
      if (oldest === undefined) break;
      this.#drop(oldest);
    }
  }

  /** Oldest first. */
  of(stream: IncomingStream): readonly RecentMessage[] {
    return (this.#byStream.get(stream) ?? []).map(({ message }) => message);
  }

  /** `to` has replaced `from`, of the same sender. */
  move(from: IncomingStream, to: IncomingStream): void {
    const moved = this.#byStream.get(from) ?? [];
    for (const kept of moved) kept.stream = to;
    const all = [...(this.#byStream.get(to) ?? []), ...moved];
    all.sort((a, b) => a.message.receivedMs - b.message.receivedMs);
    this.#byStream.delete(from);
    this.#byStream.set(to, all);
    this.#trim(to);
  }

  forget(stream: IncomingStream): void {
    for (const kept of this.#byStream.get(stream) ?? []) this.#shares.delete(stream.senderKey, kept);
    this.#byStream.delete(stream);
  }

  /** The newest is kept, however large it is. */
  #trim(stream: IncomingStream): void {
    const list = this.#byStream.get(stream) ?? [];
    let bytes = list.reduce((sum, kept) => sum + sizeOf(kept), 0);
    while (list.length > MAX_MESSAGES || (bytes > MAX_STREAM_BYTES && list.length > 1)) {
      const oldest = list.shift() as Kept;
      bytes -= sizeOf(oldest);
      this.#shares.delete(stream.senderKey, oldest);
    }
  }

  #drop(kept: Kept): void {
    const list = this.#byStream.get(kept.stream) ?? [];
    list.splice(list.indexOf(kept), 1);
    if (list.length === 0) this.#byStream.delete(kept.stream);
  }
}

const sizeOf = ({ message }: Kept) => message.payload.length + OVERHEAD_BYTES;
