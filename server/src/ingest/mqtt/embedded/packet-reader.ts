// Reads the fields of an MQTT packet, within its bounds. Whatever the specification forbids is a PacketFault.

import { isUtf8 } from 'node:buffer';

/** Reason codes of MQTT 5, section 2.4, that the broker sends. */
export const REASON = {
  success: 0x00,
  noSubscribers: 0x10,
  malformed: 0x81,
  protocolError: 0x82,
  implementationSpecific: 0x83,
  unsupportedVersion: 0x84,
  clientIdNotValid: 0x85,
  badCredentials: 0x86,
  notAuthorized: 0x87,
  shuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  filterNotValid: 0x8f,
  topicNotValid: 0x90,
  unknownIdentifier: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasNotValid: 0x94,
  packetTooLarge: 0x95,
  payloadNotValid: 0x99,
} as const;

/** The client broke the protocol; its connection is closed. */
export class PacketFault extends Error {
  /** One of `REASON`. */
  readonly reasonCode: number;

  constructor(reasonCode: number, message: string) {
    super(message);
    this.reasonCode = reasonCode;
  }
}

export class PacketReader {
  readonly #buffer: Buffer;
  #at: number;
  readonly #end: number;

  /** Reads `buffer` from `start` to `end`. */
  constructor(buffer: Buffer, start: number, end: number) {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  /** Offset of the next field in the buffer. */
  get at(): number {
    return this.#at;
  }

  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  byte(): number {
    return this.#buffer[this.#take(1)] as number;
  }

  uint16(): number {
    return this.#buffer.readUInt16BE(this.#take(2));
  }

  uint32(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  /** A variable byte integer: at most four bytes. */
  variable(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const digit = this.byte();
      value += (digit & 0x7f) << (7 * i);
      if (digit < 0x80) return value;
    }
    throw new PacketFault(REASON.malformed, 'a length has more than four bytes');
  }

  binary(): Buffer {
    const length = this.uint16();
    const start = this.#take(length);
    return this.#buffer.subarray(start, start + length);
  }

  /** UTF-8 without U+0000 [MQTT-1.5.4-1, MQTT-1.5.4-2]. */
  text(): string {
    const bytes = this.binary();
    if (!isUtf8(bytes) || bytes.includes(0)) throw new PacketFault(REASON.malformed, 'a text is not valid UTF-8');
    return bytes.toString();
  }

  /** The identifier of a packet, which is never 0 [MQTT-2.2.1-3]. */
  identifier(): number {
    const id = this.uint16();
    if (id === 0) throw new PacketFault(REASON.protocolError, 'the packet identifier is 0');
    return id;
  }

  /** A part of the packet with its own bounds. */
  part(length: number): PacketReader {
    const start = this.#take(length);
    return new PacketReader(this.#buffer, start, start + length);
  }

  /** To be called after the last field. */
  expectEnd(): void {
    if (this.hasMore) throw new PacketFault(REASON.malformed, 'the packet is longer than its fields');
  }

  #take(bytes: number): number {
    const start = this.#at;
    if (start + bytes > this.#end) throw new PacketFault(REASON.malformed, 'the packet is shorter than its fields');
    this.#at += bytes;
    return start;
  }
}
