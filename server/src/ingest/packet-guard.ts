// Reads only the fixed headers of an MQTT byte stream, so that a packet over the limit is refused before it is buffered.

export type GuardVerdict = 'ok' | 'too_large' | 'malformed';

/** A CONNECT carries names and a password; whoever is not signed in gets no more room than that. */
export const MAX_CONNECT_BYTES = 16_384;

/** Type 1, and its reserved flags. */
const CONNECT = 0x10;
/** MQTT 3.1.1 section 2.2.3: the remaining length takes at most four bytes. */
const MAX_LENGTH_BYTES = 4;

export class PacketGuard {
  readonly #maxPacketBytes: number;
  #packets = 0;
  /** Bytes of the current body that are still to come. */
  #bodyLeft = 0;
  /** 0: the next byte begins a packet; n: the n-th byte of the remaining length. */
  #lengthByte = 0;
  #length = 0;
  #limit = 0;

  /** @param maxPacketBytes what may follow the fixed header */
  constructor(maxPacketBytes: number) {
    this.#maxPacketBytes = maxPacketBytes;
  }

  /** Packets whose header has been seen. */
  get packets(): number {
    return this.#packets;
  }

  /** Takes the next bytes of the stream, cut anywhere. After another verdict than `ok` the stream is over. */
  check(chunk: Uint8Array): GuardVerdict {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const step = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= step;
        at += step;
        continue;
      }
      const byte = chunk[at++] as number;
      if (this.#lengthByte === 0) {
        const type = byte >> 4;
        // [MQTT-3.1.0-1]: the first packet is a CONNECT; types 0 and 15 are none in 3.1.1.
        if (this.#packets === 0 ? byte !== CONNECT : type === 0 || type === 15) return 'malformed';
        this.#limit = this.#packets === 0 ? Math.min(MAX_CONNECT_BYTES, this.#maxPacketBytes) : this.#maxPacketBytes;
        this.#packets++;
        this.#length = 0;
        this.#lengthByte = 1;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** (this.#lengthByte - 1);
      if (this.#length > this.#limit) return 'too_large';
      if ((byte & 0x80) === 0) {
        this.#bodyLeft = this.#length;
        this.#lengthByte = 0;
      } else if (this.#lengthByte++ === MAX_LENGTH_BYTES) {
        return 'malformed';
      }
    }
    return 'ok';
  }
}
