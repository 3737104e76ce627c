// Splits an MQTT byte stream into packets by their fixed headers. Of a packet over the limit only the beginning is kept.

/**
 * `partial`: the packet is incomplete. `too_large`: only the beginning of the packet is there, and the rest will be skipped; the
 * first packet of a stream is not skipped. After `malformed`, and a first packet that is too large, the stream must be closed.
 */
export type FrameResult = 'packet' | 'partial' | 'too_large' | 'malformed';

/** The limit for a client that is not authenticated yet: a CONNECT contains only names and a password. */
export const MAX_CONNECT_BYTES = 16_384;

/** Type 1, and its reserved flags. */
const CONNECT = 0x10;
/** MQTT 3.1.1 section 2.2.3: the remaining length takes at most four bytes. */
const MAX_LENGTH_BYTES = 4;
/** Of a packet that is too large: enough for a topic and the identifier after it. */
const HEAD_BYTES = 2 + 65_535 + 2;

export class PacketFramer {
  readonly #maxPacketBytes: number;
  #isFirst = true;
  #buffer: Buffer = Buffer.alloc(0);
  /** Offset of the next packet. */
  #at = 0;
  /** Chunks after `#buffer`, joined only when the packet is complete. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Size of the packet at `#at` with its header; 0 while the header is incomplete. */
  #size = 0;
  #bodyBytes = 0;
  #isTooLarge = false;
  /** Bytes of the body that do not belong to the packet at `#at`, because it is too large. */
  #excessBytes = 0;
  /** Bytes at `#at` that belong to no packet any more. */
  #toSkip = 0;

  /** The packet that `next` found: `buffer` from `start` to `end`, its body from `bodyStart`. Valid until the next call. */
  start = 0;
  bodyStart = 0;
  end = 0;

  /** @param maxPacketBytes limit for the bytes after the fixed header */
  constructor(maxPacketBytes: number) {
    this.#maxPacketBytes = maxPacketBytes;
  }

  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Appends the next bytes of the stream, split anywhere. */
  feed(chunk: Buffer): void {
    if (this.#at === this.#buffer.length && this.#pending.length === 0) {
      this.#buffer = chunk;
      this.#at = 0;
    } else {
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
    }
  }

  next(): FrameResult {
    if (this.#toSkip > 0 && !this.#skip()) return 'partial';
    const waiting = this.#buffer.length - this.#at;
    const all = waiting + this.#pendingBytes;
    if (this.#size > all) return 'partial';
    if (this.#pending.length > 0 && (this.#size > waiting || this.#size === 0)) this.#join();
    if (this.#size === 0) {
      const result = this.#readHeader();
      if (result !== 'packet') return result;
      // Chunks of an incomplete packet are not joined yet: joining them one by one would copy them again each time.
      if (this.#size > this.#buffer.length - this.#at) return 'partial';
    }
    this.start = this.#at;
    this.end = this.#at + this.#size;
    this.bodyStart = this.end - this.#bodyBytes;
    this.#at = this.end;
    this.#size = 0;
    this.#isFirst = false;
    if (!this.#isTooLarge) return 'packet';
    this.#toSkip = this.#excessBytes;
    this.#excessBytes = 0;
    return 'too_large';
  }

  /** @returns whether everything to skip has arrived */
  #skip(): boolean {
    for (;;) {
      const bytes = Math.min(this.#toSkip, this.#buffer.length - this.#at);
      this.#at += bytes;
      this.#toSkip -= bytes;
      const next = this.#toSkip > 0 ? this.#pending.shift() : undefined;
      if (next === undefined) return this.#toSkip === 0;
      this.#pendingBytes -= next.length;
      this.#buffer = next;
      this.#at = 0;
    }
  }

  #join(): void {
    this.#buffer = Buffer.concat([this.#buffer.subarray(this.#at), ...this.#pending]);
    this.#at = 0;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #readHeader(): FrameResult {
    const buffer = this.#buffer;
    const at = this.#at;
    if (at === buffer.length) return 'partial';
    const byte = buffer[at] as number;
    const type = byte >> 4;
    // [MQTT-3.1.0-1]: the first packet is a CONNECT. Type 0 does not exist, and type 15 only in MQTT 5, for an authentication that is not offered.
    if (this.#isFirst ? byte !== CONNECT : type === 0 || type === 15) return 'malformed';
    const limit = this.#isFirst ? Math.min(MAX_CONNECT_BYTES, this.#maxPacketBytes) : this.#maxPacketBytes;
    let length = 0;
    for (let i = 1; i <= MAX_LENGTH_BYTES; i++) {
      if (at + i === buffer.length) return 'partial';
      const digit = buffer[at + i] as number;
      length += (digit & 0x7f) << (7 * (i - 1));
      if (this.#isFirst && length > limit) return 'too_large';
      if (digit < 0x80) {
        this.#bodyBytes = length > limit ? Math.min(length, HEAD_BYTES) : length;
        this.#excessBytes = length - this.#bodyBytes;
        this.#size = 1 + i + this.#bodyBytes;
        this.#isTooLarge = length > limit;
        return 'packet';
      }
    }
    return 'malformed';
  }
}
