// The encoding of one journal record, as described in docs/formats/readings-files.md.

import { crc32 } from 'node:zlib';
import { METRIC_NAMES } from '@gonsters/contract';
import { metricIndexOf, metricNameAt } from '../../../../metric-index.ts';
import { BatchBuilder, GOOD, type ReadingBatch } from '../../../reading-batch.ts';

/** The bytes "GJR1". After a damaged record the next one is found by them. */
export const RECORD_MAGIC = 0x31524a47;
/** u32 magic, u32 body length, u32 CRC-32 of the body, u32 CRC-32 of the preceding 12 bytes. */
export const RECORD_HEADER_BYTES = 16;
const BODY_HEADER_BYTES = 16;
/** Written by format 1: a column per metric, in the order of its catalogue. */
const KIND_WIDE_READINGS = 1;
/** Written by format 1: one machine id. */
const KIND_WIDE_DELETE = 2;
const WIDE_METRICS = METRIC_NAMES;
const WIDE_HEADER_BYTES = 12;
const KIND_READINGS = 3;
const KIND_DELETE = 4;

export type JournalEntry =
  | { readonly kind: 'readings'; readonly readings: ReadingBatch }
  | { readonly kind: 'delete'; readonly machineId: string };

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

export function encodeReadings(batch: ReadingBatch): Buffer {
  const machines = new Uint32Array(batch.length);
  const ids = numbered(batch.machineIds, machines);
  const metrics = new Uint16Array(batch.metrics.length);
  const names = numberedMetrics(batch.metrics, metrics).map(metricNameAt);
  const columns = [batch.timestampsMs, machines, batch.starts, metrics, batch.values, batch.qualities];
  return encode(KIND_READINGS, batch.length, batch.values.length, ids, names, columns);
}

export function encodeDelete(machineId: string): Buffer {
  return encode(KIND_DELETE, 0, 0, [machineId], [], []);
}

export function encodeEntry(entry: JournalEntry): Buffer {
  return entry.kind === 'readings' ? encodeReadings(entry.readings) : encodeDelete(entry.machineId);
}

/** Decodes a complete body whose checksum is correct. */
export function decodeBody(body: Buffer): JournalEntry {
  const kind = body.readUInt16LE(0);
  if (kind === KIND_WIDE_READINGS || kind === KIND_WIDE_DELETE) return decodeWide(kind, body);
  const length = body.readUInt32LE(4);
  const reader = new BodyReader(body, BODY_HEADER_BYTES);
  const ids = reader.texts(body.readUInt32LE(8));
  if (kind === KIND_DELETE) return { kind: 'delete', machineId: ids[0] as string };
  const valueCount = body.readUInt32LE(12);
  const metricOf = Uint16Array.from(reader.texts(body.readUInt16LE(2)), metricIndexOf);
  const timestampsMs = reader.column(new Float64Array(length));
  const machineIds = Array.from(reader.column(new Uint32Array(length)), (machine) => ids[machine] as string);
  const starts = reader.column(new Uint32Array(length + 1));
  const metrics = reader.column(new Uint16Array(valueCount)).map((place) => metricOf[place] as number);
  const values = reader.column(new Float64Array(valueCount));
  const qualities = reader.column(new Uint8Array(valueCount));
  return { kind: 'readings', readings: { length, machineIds, timestampsMs, starts, metrics, values, qualities } };
}

function decodeWide(kind: number, body: Buffer): JournalEntry {
  const length = body.readUInt32LE(4);
  const reader = new BodyReader(body, WIDE_HEADER_BYTES);
  const ids = reader.texts(body.readUInt32LE(8));
  if (kind === KIND_WIDE_DELETE) return { kind: 'delete', machineId: ids[0] as string };
  const timestampsMs = reader.column(new Float64Array(length));
  const stored = Array.from({ length: body.readUInt16LE(2) }, (_, m) => ({
    metric: metricIndexOf(WIDE_METRICS[m] as string),
    values: reader.column(new Float64Array(length)),
  }));
  const machines = reader.column(new Uint32Array(length));
  const builder = new BatchBuilder(Math.max(1, length));
  for (let row = 0; row < length; row++) {
    for (const { metric, values } of stored) {
      const value = values[row] as number;
      if (!Number.isNaN(value)) builder.addValue(metric, value, GOOD);
    }
    if (builder.openValues > 0) builder.endReading(ids[machines[row] as number] as string, timestampsMs[row] as number);
  }
  return { kind: 'readings', readings: builder.finish() };
}

class BodyReader {
  readonly #body: Buffer;
  #at: number;

  constructor(body: Buffer, at: number) {
    this.#body = body;
    this.#at = at;
  }

  texts(count: number): string[] {
    const texts: string[] = [];
    for (let left = count; left > 0; left--) {
      const start = this.#at + 2;
      this.#at = start + this.#body.readUInt16LE(this.#at);
      texts.push(this.#body.toString('utf8', start, this.#at));
    }
    return texts;
  }

  /** Fills the column. */
  column<T extends Column>(column: T): T {
    bytesOf(column).set(this.#body.subarray(this.#at, this.#at + column.byteLength));
    this.#at += column.byteLength;
    return column;
  }
}

/** Numbers of metrics within a record by their index, plus 1; 0 outside of a call. */
const numberOfMetric = new Uint16Array(0x1_0000);

/** Does for metrics what `numbered` does, without a map, because every value has one. */
function numberedMetrics(metrics: Uint16Array, numbers: Uint16Array): number[] {
  const distinct: number[] = [];
  for (let k = 0; k < metrics.length; k++) {
    const metric = metrics[k] as number;
    if (numberOfMetric[metric] === 0) numberOfMetric[metric] = distinct.push(metric);
    numbers[k] = (numberOfMetric[metric] as number) - 1;
  }
  for (const metric of distinct) numberOfMetric[metric] = 0;
  return distinct;
}

/** Writes the number of each item, in the order of their first occurrence, and returns the items in this order. */
function numbered<T>(items: readonly T[], numbers: Uint32Array): T[] {
  const distinct: T[] = [];
  const numberOf = new Map<T, number>();
  let last: T | undefined;
  let number = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as T;
    if (item !== last) {
      last = item;
      const known = numberOf.get(item);
      number = known ?? distinct.push(item) - 1;
      if (known === undefined) numberOf.set(item, number);
    }
    numbers[i] = number;
  }
  return distinct;
}

function encode(
  kind: number,
  length: number,
  valueCount: number,
  ids: readonly string[],
  names: readonly string[],
  columns: readonly Column[],
): Buffer {
  const texts = [...ids, ...names];
  const textBytes = texts.reduce((sum, text) => sum + 2 + Buffer.byteLength(text), 0);
  const bodyBytes = BODY_HEADER_BYTES + textBytes + columns.reduce((sum, column) => sum + column.byteLength, 0);
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + bodyBytes);
  const body = record.subarray(RECORD_HEADER_BYTES);
  body.writeUInt16LE(kind, 0);
  body.writeUInt16LE(names.length, 2);
  body.writeUInt32LE(length, 4);
  body.writeUInt32LE(ids.length, 8);
  body.writeUInt32LE(valueCount, 12);
  let at = BODY_HEADER_BYTES;
  for (const text of texts) {
    const bytes = body.write(text, at + 2, 'utf8');
    body.writeUInt16LE(bytes, at);
    at += 2 + bytes;
  }
  for (const column of columns) {
    body.set(bytesOf(column), at);
    at += column.byteLength;
  }
  record.writeUInt32LE(RECORD_MAGIC, 0);
  record.writeUInt32LE(bodyBytes, 4);
  record.writeUInt32LE(crc32(body), 8);
  record.writeUInt32LE(crc32(record.subarray(0, 12)), 12);
  return record;
}

function bytesOf(column: Column): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
