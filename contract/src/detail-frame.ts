// The binary frame of the detail lane: readings of at most 12 machines as columns. Described in docs/formats/detail-frame.md.

import { METRICS } from './metrics.ts';

const VERSION = 1;
const HEADER_BYTES = 16;

/**
 * Columns of equal length, one row for each reading in the order of storing. `machineIndex` points into `machineIds`, of which
 * there are at most 12. An absent value is NaN. Times are UTC ms.
 */
export interface DetailFrame {
  /** Increases by one with every frame of a connection; a gap means that frames were dropped. */
  seq: number;
  machineIds: string[];
  machineIndex: Uint8Array;
  timestampsMs: Float64Array;
  /** One column per metric, in the order of the catalogue. */
  values: Float32Array[];
}

/**
 * Layout, little-endian: u32 version, u32 seq, u32 rows, u32 machines; 36 bytes of ASCII UUID per machine; then per
 * row f64 timestamp; per metric and row f32; per row u8 machine index. The ids are padded to a multiple of 8 bytes, and the
 * bytes come last, so that all columns are aligned.
 */
export function encodeDetailFrame(frame: DetailFrame): Uint8Array {
  const rows = frame.timestampsMs.length;
  const bytes = new Uint8Array(frameBytes(rows, frame.machineIds.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  view.setUint32(4, frame.seq, true);
  view.setUint32(8, rows, true);
  view.setUint32(12, frame.machineIds.length, true);
  let at = HEADER_BYTES;
  for (const id of frame.machineIds) {
    for (let i = 0; i < 36; i++) bytes[at + i] = id.charCodeAt(i);
    at += 36;
  }
  at = aligned(at);
  for (let i = 0; i < rows; i++, at += 8) view.setFloat64(at, frame.timestampsMs[i] as number, true);
  for (const column of frame.values) {
    for (let i = 0; i < rows; i++, at += 4) view.setFloat32(at, column[i] as number, true);
  }
  bytes.set(frame.machineIndex, at);
  return bytes;
}

/** @throws RangeError if the bytes are not a valid frame */
export function decodeDetailFrame(frame: Uint8Array | ArrayBuffer): DetailFrame {
  const bytes = frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || view.getUint32(0, true) !== VERSION)
    throw new RangeError('Not a detail frame');
  const rows = view.getUint32(8, true);
  const machines = view.getUint32(12, true);
  if (bytes.byteLength !== frameBytes(rows, machines)) throw new RangeError('Detail frame of the wrong length');
  let at = HEADER_BYTES;
  const machineIds: string[] = [];
  for (let m = 0; m < machines; m++, at += 36) {
    machineIds.push(String.fromCharCode(...bytes.subarray(at, at + 36)));
  }
  at = aligned(at);
  const timestampsMs = new Float64Array(rows);
  for (let i = 0; i < rows; i++, at += 8) timestampsMs[i] = view.getFloat64(at, true);
  const values = METRICS.map(() => {
    const column = new Float32Array(rows);
    for (let i = 0; i < rows; i++, at += 4) column[i] = view.getFloat32(at, true);
    return column;
  });
  const machineIndex = Uint8Array.from(bytes.subarray(at, at + rows));
  if (machineIndex.some((index) => index >= machines)) throw new RangeError('Detail frame names a machine it lacks');
  return {
    seq: view.getUint32(4, true),
    machineIds,
    machineIndex,
    timestampsMs,
    values,
  };
}

const aligned = (at: number) => (at + 7) & ~7;
const frameBytes = (rows: number, machines: number) =>
  aligned(HEADER_BYTES + 36 * machines) + rows * (8 + 4 * METRICS.length + 1);
