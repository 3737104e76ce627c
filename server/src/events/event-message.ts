// The messages between nodes as bytes: sender, sequence number and content.

import { metricIndexOf, metricNameAt } from '../metric-index.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import type { DomainEvent } from './domain-events.ts';
import type { RequestTopic } from './request-channel.ts';

/** An `answer` has the `id` of its `ask`; `to` is the sender of that `ask`. */
export type BusContent =
  | { kind: 'event'; event: DomainEvent }
  /** The heartbeat. It carries the sequence number of the sender's last message, so that a lost one is detected. */
  | { kind: 'pulse' }
  /** The sender stops and will send nothing more. */
  | { kind: 'goodbye' }
  | { kind: 'ask'; id: string; topic?: RequestTopic; question: unknown }
  | { kind: 'answer'; id: string; to: string; answer: unknown };

export interface BusMessage {
  /** 16 hexadecimal digits, new with every start of the process; the first 12 are the node's id. */
  readonly sender: string;
  /** Grows by one with every message; a `pulse` repeats the number of the last message. */
  readonly sequence: number;
  readonly content: BusContent;
}

/** Messages of another version are not decoded: to this node they are lost. */
const VERSION = 3;
const TEXT = 0;
const READINGS = 1;
/** u8 version, u8 kind, 2 unused bytes, u32 readings, 8 bytes sender, f64 sequence number, u32 values, 4 unused bytes. */
const HEADER_BYTES = 32;

export function encodeMessage({ sender, sequence, content }: BusMessage): Buffer {
  const readings = content.kind === 'event' && content.event.kind === 'readings' ? content.event.readings : null;
  const body = readings === null ? Buffer.from(JSON.stringify(content)) : readingBytes(readings);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(readings === null ? TEXT : READINGS, 1);
  header.writeUInt32LE(readings?.length ?? 0, 4);
  header.write(sender, 8, 'hex');
  header.writeDoubleLE(sequence, 16);
  header.writeUInt32LE(readings?.values.length ?? 0, 24);
  return Buffer.concat([header, body]);
}

/** Whether the bytes are readings that `sender` published, without decoding them: Redis returns a node its own messages. */
export function isReadingsOf(bytes: Buffer, sender: string): boolean {
  return (
    bytes.length >= HEADER_BYTES &&
    bytes.readUInt8(0) === VERSION &&
    bytes.readUInt8(1) === READINGS &&
    bytes.toString('hex', 8, 16) === sender
  );
}

/** @returns null where the bytes are not a message of this version */
export function decodeMessage(bytes: Buffer): BusMessage | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt8(0) !== VERSION) return null;
  const sender = bytes.toString('hex', 8, 16);
  const sequence = bytes.readDoubleLE(16);
  const body = bytes.subarray(HEADER_BYTES);
  try {
    if (bytes.readUInt8(1) === READINGS) {
      const readings = readingsFrom(body, bytes.readUInt32LE(4), bytes.readUInt32LE(24));
      return { sender, sequence, content: { kind: 'event', event: { kind: 'readings', readings } } };
    }
    return { sender, sequence, content: JSON.parse(body.toString()) as BusContent };
  } catch {
    return null;
  }
}

/**
 * Column by column. Per reading: f64 time, u32 number of the machine, u32 end of its values. Per value: f64 number, u16 number
 * of the metric, u8 quality. The columns of eight bytes come first, then those of four, two and one. At the end a JSON array
 * of two lists: the ids of the machines and the names of the metrics, which the numbers in this message refer to.
 */
function readingBytes(readings: ReadingBatch): Buffer {
  const machines = new Numbering<string>();
  const metrics = new Numbering<number>();
  const columns = [
    readings.timestampsMs,
    readings.values,
    Uint32Array.from(readings.machineIds, (id) => machines.of(id)),
    readings.starts.subarray(1),
    Uint16Array.from(readings.metrics, (metric) => metrics.of(metric)),
    readings.qualities,
  ];
  return Buffer.concat([
    ...columns.map((column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength)),
    Buffer.from(JSON.stringify([machines.all, metrics.all.map(metricNameAt)])),
  ]);
}

/** Throws if the bytes are not what `readingBytes` returned. */
function readingsFrom(body: Buffer, length: number, valueCount: number): ReadingBatch {
  const columnBytes = (8 + 4 + 4) * length + (8 + 2 + 1) * valueCount;
  if (body.length < columnBytes) throw new RangeError('The readings are truncated');
  // The copy is aligned to eight bytes.
  const { buffer } = Uint8Array.from(body.subarray(0, columnBytes));
  let at = 0;
  const next = <T>(Column: new (buffer: ArrayBuffer, at: number, length: number) => T, size: number, count: number) => {
    const column = new Column(buffer, at, count);
    at += size * count;
    return column;
  };
  const timestampsMs = next(Float64Array, 8, length);
  const values = next(Float64Array, 8, valueCount);
  const machines = next(Uint32Array, 4, length);
  const ends = next(Uint32Array, 4, length);
  const metrics = next(Uint16Array, 2, valueCount);
  const qualities = next(Uint8Array, 1, valueCount);
  const [ids, names] = JSON.parse(body.toString('utf8', columnBytes)) as [string[], string[]];
  const starts = new Uint32Array(length + 1);
  starts.set(ends, 1);
  if (starts[length] !== valueCount || ends.some((end, row) => end < (starts[row] as number))) {
    throw new RangeError('The values do not belong to the readings');
  }
  const indexes = names.map((name) => metricIndexOf(name));
  return {
    length,
    machineIds: Array.from(machines, (number) => known(ids, number)),
    timestampsMs,
    starts,
    metrics: metrics.map((number) => known(indexes, number)),
    values,
    qualities,
  };
}

/** Numbers different items in the order in which they are first seen. */
class Numbering<T> {
  readonly all: T[] = [];
  readonly #numbers = new Map<T, number>();

  of(item: T): number {
    let number = this.#numbers.get(item);
    if (number === undefined) {
      number = this.all.push(item) - 1;
      this.#numbers.set(item, number);
    }
    return number;
  }
}

function known<T>(list: readonly T[], number: number): T {
  const item = list[number];
  if (item === undefined) throw new RangeError('A reading refers to an entry that is not in the list');
  return item;
}
