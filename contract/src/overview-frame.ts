// The binary frame of the overview lane: the newest values of many machines as columns. Described in docs/formats/overview-frame.md.

import { METRICS } from './metrics.ts';

const VERSION = 2;
const HEADER_BYTES = 16;
const ID_BYTES = 36;
const OLDER_BYTES = 8;

/**
 * The newest values of the machines that changed since the previous frame: columns of equal length, one row per machine. An
 * absent value is NaN. Times are UTC ms. Rows name machines by numbers, which are valid for one connection; `named` maps a
 * number to its machine once, in the first frame that uses it or in an earlier one.
 */
export interface OverviewFrame {
  named: { machines: Uint32Array; machineIds: string[] };
  machines: Uint32Array;
  /** Time of the newest value of each machine. */
  timestampsMs: Float64Array;
  /** One column per metric, in the order of the catalogue. */
  values: Float32Array[];
  /** By how much each value is older than the newest value of its machine; mostly 0, since most devices send all values at once. */
  agesMs: Float32Array[];
}

/**
 * Layout, little-endian: u32 version, u32 rows, u32 named, u32 older; per row f64 timestamp; per row u32 machine; per
 * metric and row f32; per older value u32 cell (metric × rows + row), then f32 age; per named u32 machine; per named 36
 * bytes of ASCII UUID.
 */
export function encodeOverviewFrame(frame: OverviewFrame): Uint8Array {
  const rows = frame.machines.length;
  const { machines, machineIds } = frame.named;
  let older = 0;
  for (const column of frame.agesMs) for (const ageMs of column) if (ageMs !== 0) older++;
  const bytes = new Uint8Array(frameBytes(rows, machineIds.length, older));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  view.setUint32(4, rows, true);
  view.setUint32(8, machineIds.length, true);
  view.setUint32(12, older, true);
  let at = HEADER_BYTES;
  for (let i = 0; i < rows; i++, at += 8) view.setFloat64(at, frame.timestampsMs[i] as number, true);
  for (let i = 0; i < rows; i++, at += 4) view.setUint32(at, frame.machines[i] as number, true);
  for (const column of frame.values) {
    for (let i = 0; i < rows; i++, at += 4) view.setFloat32(at, column[i] as number, true);
  }
  for (const [metric, column] of frame.agesMs.entries()) {
    for (let i = 0; i < rows; i++) {
      if (column[i] === 0) continue;
      view.setUint32(at, metric * rows + i, true);
      view.setFloat32(at + 4, column[i] as number, true);
      at += OLDER_BYTES;
    }
  }
  for (let i = 0; i < machineIds.length; i++, at += 4) view.setUint32(at, machines[i] as number, true);
  for (const id of machineIds) {
    for (let i = 0; i < ID_BYTES; i++) bytes[at + i] = id.charCodeAt(i);
    at += ID_BYTES;
  }
  return bytes;
}

/** @throws RangeError if the bytes are not a valid frame */
export function decodeOverviewFrame(frame: Uint8Array | ArrayBuffer): OverviewFrame {
  const bytes = frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || view.getUint32(0, true) !== VERSION)
    throw new RangeError('Not an overview frame');
  const rows = view.getUint32(4, true);
  const named = view.getUint32(8, true);
  const older = view.getUint32(12, true);
  if (bytes.byteLength !== frameBytes(rows, named, older)) throw new RangeError('Overview frame of the wrong length');
  let at = HEADER_BYTES;
  const timestampsMs = new Float64Array(rows);
  for (let i = 0; i < rows; i++, at += 8) timestampsMs[i] = view.getFloat64(at, true);
  const readNumbers = (length: number) => {
    const numbers = new Uint32Array(length);
    for (let i = 0; i < length; i++, at += 4) numbers[i] = view.getUint32(at, true);
    return numbers;
  };
  const machines = readNumbers(rows);
  const values = METRICS.map(() => {
    const column = new Float32Array(rows);
    for (let i = 0; i < rows; i++, at += 4) column[i] = view.getFloat32(at, true);
    return column;
  });
  const agesMs = METRICS.map(() => new Float32Array(rows));
  for (let i = 0; i < older; i++, at += OLDER_BYTES) {
    const cell = view.getUint32(at, true);
    const column = agesMs[Math.floor(cell / rows)];
    if (column === undefined) throw new RangeError('Overview frame names a value it lacks');
    column[cell % rows] = view.getFloat32(at + 4, true);
  }
  const names = { machines: readNumbers(named), machineIds: [] as string[] };
  for (let i = 0; i < named; i++, at += ID_BYTES) {
    names.machineIds.push(String.fromCharCode(...bytes.subarray(at, at + ID_BYTES)));
  }
  return { named: names, machines, timestampsMs, values, agesMs };
}

const frameBytes = (rows: number, named: number, older: number) =>
  HEADER_BYTES + rows * (8 + 4 + 4 * METRICS.length) + older * OLDER_BYTES + named * (4 + ID_BYTES);
