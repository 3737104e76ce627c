// What nodes tell each other, as bytes: who says it, the how manieth of its messages it is, and what.

import { METRICS } from '@gonsters/contract';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { DomainEvent } from './domain-events.ts';

/** `ask` and `answer` belong together by their `id`; `to` is the sender of the question. */
export type BusContent =
  | { kind: 'event'; event: DomainEvent }
  /** Says that the sender lives, and how many messages of its own there should have been. */
  | { kind: 'pulse' }
  /** Says that the sender stops: nothing more is to be expected of it. */
  | { kind: 'goodbye' }
  | { kind: 'ask'; id: string; question: unknown }
  | { kind: 'answer'; id: string; to: string; answer: unknown };

export interface BusMessage {
  /** 16 hexadecimal digits, new with every start; the first 12 are the node's id. */
  readonly sender: string;
  /** Grows by one with every message but a pulse, which repeats that of the last. */
  readonly number: number;
  readonly content: BusContent;
}

/** Nodes of another version are not understood: what they say counts as lost. */
const VERSION = 2;
const TEXT = 0;
const READINGS = 1;
/** u8 version, u8 kind, 2 bytes of nothing, u32 rows, 8 bytes sender, f64 number. */
const HEADER_BYTES = 24;

export function encodeMessage({ sender, number, content }: BusMessage): Buffer {
  const readings = content.kind === 'event' && content.event.kind === 'readings' ? content.event.readings : null;
  const body = readings === null ? Buffer.from(JSON.stringify(content)) : readingBytes(readings);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(readings === null ? TEXT : READINGS, 1);
  header.writeUInt32LE(readings?.length ?? 0, 4);
  header.write(sender, 8, 'hex');
  header.writeDoubleLE(number, 16);
  return Buffer.concat([header, body]);
}

/** Of readings, without reading them: a node gets back everything that it publishes. */
export function isReadingsOf(bytes: Buffer, sender: string): boolean {
  return (
    bytes.length >= HEADER_BYTES &&
    bytes.readUInt8(0) === VERSION &&
    bytes.readUInt8(1) === READINGS &&
    bytes.toString('hex', 8, 16) === sender
  );
}

/** null where the bytes are no message of this version. */
export function decodeMessage(bytes: Buffer): BusMessage | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt8(0) !== VERSION) return null;
  const sender = bytes.toString('hex', 8, 16);
  const number = bytes.readDoubleLE(16);
  const body = bytes.subarray(HEADER_BYTES);
  try {
    if (bytes.readUInt8(1) === READINGS) {
      const readings = readingsFrom(body, bytes.readUInt32LE(4));
      return { sender, number, content: { kind: 'event', event: { kind: 'readings', readings } } };
    }
    return { sender, number, content: JSON.parse(body.toString()) as BusContent };
  } catch {
    return null;
  }
}

/** Per row f64 time, per metric and row f64 value, per row u32 machine; then the machines' names as a JSON array. */
function readingBytes(readings: ReadingColumns): Buffer {
  const ids: string[] = [];
  const numberOf = new Map<string, number>();
  const machines = new Uint32Array(readings.length);
  for (let i = 0; i < readings.length; i++) {
    const id = readings.machineIds[i] as string;
    let number = numberOf.get(id);
    if (number === undefined) {
      number = ids.push(id) - 1;
      numberOf.set(id, number);
    }
    machines[i] = number;
  }
  const columns = [readings.timestampsMs, ...readings.values, machines];
  return Buffer.concat([
    ...columns.map((column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength)),
    Buffer.from(JSON.stringify(ids)),
  ]);
}

function readingsFrom(body: Buffer, length: number): ReadingColumns {
  const columnBytes = 8 * length;
  // A copy that begins where eight-byte numbers may.
  const numbers = new Uint8Array(columnBytes * (1 + METRICS.length) + 4 * length);
  if (body.length < numbers.length) throw new RangeError('Readings cut short');
  numbers.set(body.subarray(0, numbers.length));
  const column = (at: number) => new Float64Array(numbers.buffer, at * columnBytes, length);
  const machines = new Uint32Array(numbers.buffer, (1 + METRICS.length) * columnBytes, length);
  const ids = JSON.parse(body.toString('utf8', numbers.length)) as string[];
  const machineIds = Array.from(machines, (number) => {
    const id = ids[number];
    if (id === undefined) throw new RangeError('A reading without its machine');
    return id;
  });
  return { length, machineIds, timestampsMs: column(0), values: METRICS.map((_, m) => column(1 + m)) };
}
