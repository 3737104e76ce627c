// The messages between nodes as bytes: sender, sequence number and content.

import { METRICS } from '@gonsters/contract';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { DomainEvent } from './domain-events.ts';

/** An `answer` has the `id` of its `ask`; `to` is the sender of that `ask`. */
export type BusContent =
  | { kind: 'event'; event: DomainEvent }
  /** The heartbeat. It carries the sequence number of the sender's last message, so that a lost one is detected. */
  | { kind: 'pulse' }
  /** The sender stops and will send nothing more. */
  | { kind: 'goodbye' }
  | { kind: 'ask'; id: string; question: unknown }
  | { kind: 'answer'; id: string; to: string; answer: unknown };

export interface BusMessage {
  /** 16 hexadecimal digits, new with every start of the process; the first 12 are the node's id. */
  readonly sender: string;
  /** Grows by one with every message; a `pulse` repeats the number of the last message. */
  readonly sequence: number;
  readonly content: BusContent;
}

/** Messages of another version are not decoded: to this node they are lost. */
const VERSION = 2;
const TEXT = 0;
const READINGS = 1;
/** u8 version, u8 kind, 2 unused bytes, u32 rows, 8 bytes sender, f64 sequence number. */
const HEADER_BYTES = 24;

export function encodeMessage({ sender, sequence, content }: BusMessage): Buffer {
  const readings = content.kind === 'event' && content.event.kind === 'readings' ? content.event.readings : null;
  const body = readings === null ? Buffer.from(JSON.stringify(content)) : readingBytes(readings);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(readings === null ? TEXT : READINGS, 1);
  header.writeUInt32LE(readings?.length ?? 0, 4);
  header.write(sender, 8, 'hex');
  header.writeDoubleLE(sequence, 16);
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
      const readings = readingsFrom(body, bytes.readUInt32LE(4));
      return { sender, sequence, content: { kind: 'event', event: { kind: 'readings', readings } } };
    }
    return { sender, sequence, content: JSON.parse(body.toString()) as BusContent };
  } catch {
    return null;
  }
}

/**
 * Column by column: f64 times, f64 values of each metric, u32 indexes into the list of machines; then that list as a JSON
 * array of ids.
 */
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
  // The copy is aligned to eight bytes.
  const numbers = new Uint8Array(columnBytes * (1 + METRICS.length) + 4 * length);
  if (body.length < numbers.length) throw new RangeError('The readings are truncated');
  numbers.set(body.subarray(0, numbers.length));
  const column = (at: number) => new Float64Array(numbers.buffer, at * columnBytes, length);
  const machines = new Uint32Array(numbers.buffer, (1 + METRICS.length) * columnBytes, length);
  const ids = JSON.parse(body.toString('utf8', numbers.length)) as string[];
  const machineIds = Array.from(machines, (number) => {
    const id = ids[number];
    if (id === undefined) throw new RangeError('A reading names a machine that is not in the list');
    return id;
  });
  return { length, machineIds, timestampsMs: column(0), values: METRICS.map((_, m) => column(1 + m)) };
}
