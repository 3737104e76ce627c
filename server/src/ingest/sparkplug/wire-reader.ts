// Reads the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/) without ever leaving its range.

import { isUtf8 } from 'node:buffer';

/** The bytes are no message of Protocol Buffers, or exceed a bound. */
export class WireFault extends Error {}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;
const MAX_VARINT_BYTES = 10;
/** Of the bits above the low 28, so that the whole is at most 2^53 - 1. */
const MAX_EXACT_HIGH = 2 ** 25 - 1;

export class WireReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  #at: number;
  /** Of the field whose tag was read last. */
  #wireType = VARINT;

  constructor(buffer: Buffer, start = 0, end = buffer.length) {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  /** Reads the tag of the next field. @returns its number, from 1 @throws WireFault */
  field(): number {
    const tag = this.#varint();
    const number = typeof tag === 'number' ? Math.floor(tag / 8) : 0;
    if (number < 1 || number > 0x1fff_ffff) throw new WireFault('the number of a field is not valid');
    this.#wireType = Number(tag) & 7;
    return number;
  }

  /** Exact: a number up to 2^53, a bigint above. @throws WireFault, as all methods below */
  uint64(): number | bigint {
    this.#expect(VARINT);
    return this.#varint();
  }

  uint32(): number {
    return Number(BigInt.asUintN(32, BigInt(this.uint64())));
  }

  /** One element of a repeated field, or, where the field is packed, all of them. */
  uint32s(): number[] {
    if (this.#wireType !== BYTES) return [this.uint32()];
    const packed = this.message();
    const values: number[] = [];
    while (packed.hasMore) values.push(packed.uint32());
    return values;
  }

  boolean(): boolean {
    return this.uint64() !== 0;
  }

  float(): number {
    this.#expect(FIXED_32);
    return this.#buffer.readFloatLE(this.#take(4));
  }

  double(): number {
    this.#expect(FIXED_64);
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  text(): string {
    const { start, end } = this.#range();
    const bytes = this.#buffer.subarray(start, end);
    if (!isUtf8(bytes)) throw new WireFault('a text is not UTF-8');
    return bytes.toString();
  }

  /** A reader of the embedded message. */
  message(): WireReader {
    const { start, end } = this.#range();
    return new WireReader(this.#buffer, start, end);
  }

  /** Ignores the value of the field. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint();
        break;
      case FIXED_64:
        this.#take(8);
        break;
      case BYTES:
        this.#range();
        break;
      case FIXED_32:
        this.#take(4);
        break;
      default:
        // Groups are no part of proto2 messages that are written today, and Sparkplug has none.
        throw new WireFault('the wire type is not known');
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new WireFault('a field has another wire type');
  }

  #range(): { start: number; end: number } {
    this.#expect(BYTES);
    const length = this.#varint();
    const start = this.#take(Number(length));
    return { start, end: this.#at };
  }

  /** @returns where the bytes begin */
  #take(bytes: number): number {
    const start = this.#at;
    if (bytes > this.#end - start) throw new WireFault('a field is longer than the message');
    this.#at = start + bytes;
    return start;
  }

  #varint(): number | bigint {
    const buffer = this.#buffer;
    // The low 28 bits and what is above are collected as numbers, since nearly every value is small.
    let low = 0;
    let high = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = buffer[this.#take(1)] as number;
      if (i < 4) low += (byte & 0x7f) << (7 * i);
      else high += (byte & 0x7f) * 2 ** (7 * (i - 4));
      if (byte >= 0x80) continue;
      // High has 36 bits at most; the tenth byte of a valid varint is 0 or 1.
      if (i === MAX_VARINT_BYTES - 1 && byte > 1) throw new WireFault('a number has more than 64 bits');
      return high <= MAX_EXACT_HIGH ? high * 0x1000_0000 + low : (BigInt(high) << 28n) | BigInt(low);
    }
    throw new WireFault('a number has more than 64 bits');
  }
}
