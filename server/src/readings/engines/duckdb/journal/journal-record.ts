// The encoding of one journal record, as described in docs/formats/readings-files.md.

import { crc32 } from 'node:zlib';
import { METRICS } from '@gonsters/contract';
import type { ReadingColumns } from '../../../reading-columns.ts';

/** The bytes "GJR1". After a damaged record the next one is found by them. */
export const RECORD_MAGIC = 0x31524a47;
/** u32 magic, u32 body length, u32 CRC-32 of the body, u32 CRC-32 of the preceding 12 bytes. */
export const RECORD_HEADER_BYTES = 16;
const BODY_HEADER_BYTES = 12;
const KIND_READINGS = 1;
const KIND_DELETE = 2;

export type JournalEntry =
  | { readonly kind: 'readings'; readonly readings: ReadingColumns }
  | { readonly kind: 'delete'; readonly machineId: string };

export function encodeReadings(batch: ReadingColumns): Buffer {
  const ids: string[] = [];
  const numberOf = new Map<string, number>();
  const machine = new Uint32Array(batch.length);
  let lastId: string | null = null;
  let last = 0;
  for (let i = 0; i < batch.length; i++) {
    const id = batch.machineIds[i] as string;
    if (id !== lastId) {
      lastId = id;
      const known = numberOf.get(id);
      last = known ?? ids.push(id) - 1;
      if (known === undefined) numberOf.set(id, last);
    }
    machine[i] = last;
  }
  const columns = [batch.timestampsMs, ...batch.values, machine].map(bytesOf);
  return encode(KIND_READINGS, batch.length, ids, columns);
}

export function encodeDelete(machineId: string): Buffer {
  return encode(KIND_DELETE, 0, [machineId], []);
}

export function encodeEntry(entry: JournalEntry): Buffer {
  return entry.kind === 'readings' ? encodeReadings(entry.readings) : encodeDelete(entry.machineId);
}

/** Decodes a complete body whose checksum is correct. Metrics added to the catalogue since then are NaN. */
export function decodeBody(body: Buffer): JournalEntry {
  const kind = body.readUInt16LE(0);
  const metricCount = body.readUInt16LE(2);
  const length = body.readUInt32LE(4);
  const ids: string[] = [];
  let at = BODY_HEADER_BYTES;
  for (let left = body.readUInt32LE(8); left > 0; left--) {
    const bytes = body.readUInt16LE(at);
    ids.push(body.toString('utf8', at + 2, at + 2 + bytes));
    at += 2 + bytes;
  }
  if (kind === KIND_DELETE) return { kind: 'delete', machineId: ids[0] as string };
  const doubles = () => {
    const column = new Float64Array(length);
    bytesOf(column).set(body.subarray(at, at + column.byteLength));
    at += column.byteLength;
    return column;
  };
  const timestampsMs = doubles();
  const stored = Array.from({ length: metricCount }, doubles);
  const machineIds: string[] = [];
  for (let i = 0; i < length; i++, at += 4) machineIds.push(ids[body.readUInt32LE(at)] as string);
  const values = METRICS.map((_, m) => stored[m] ?? new Float64Array(length).fill(Number.NaN));
  return { kind: 'readings', readings: { length, machineIds, timestampsMs, values } };
}

function encode(kind: number, length: number, ids: readonly string[], columns: readonly Uint8Array[]): Buffer {
  const idBytes = ids.reduce((sum, id) => sum + 2 + Buffer.byteLength(id), 0);
  const bodyBytes = BODY_HEADER_BYTES + idBytes + columns.reduce((sum, column) => sum + column.byteLength, 0);
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + bodyBytes);
  const body = record.subarray(RECORD_HEADER_BYTES);
  body.writeUInt16LE(kind, 0);
  body.writeUInt16LE(METRICS.length, 2);
  body.writeUInt32LE(length, 4);
  body.writeUInt32LE(ids.length, 8);
  let at = BODY_HEADER_BYTES;
  for (const id of ids) {
    const bytes = body.write(id, at + 2, 'utf8');
    body.writeUInt16LE(bytes, at);
    at += 2 + bytes;
  }
  for (const column of columns) {
    body.set(column, at);
    at += column.byteLength;
  }
  record.writeUInt32LE(RECORD_MAGIC, 0);
  record.writeUInt32LE(bodyBytes, 4);
  record.writeUInt32LE(crc32(body), 8);
  record.writeUInt32LE(crc32(record.subarray(0, 12)), 12);
  return record;
}

function bytesOf(column: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
