// The binary frame of the overview lane: the newest values of many machines as columns. Described in docs/formats/overview-frame.md.

import {
  bytesOf,
  ColumnReader,
  countsOf,
  FRAMES_VERSION,
  type FrameValues,
  ID_BYTES,
  idBytes,
  joinColumns,
  startsOf,
} from './frame-columns.ts';

const HEADER_NUMBERS = 6;
/** Of a value that is older than its row, and of one that is not good. */
const EXCEPTION_BYTES = 8;

/**
 * The newest values of the machines that changed since the previous frame, one row per machine; at most four values of each.
 * Times are UTC ms. Rows name machines by numbers, which are valid for one connection; `named` maps a number to its machine
 * once, in the first frame that uses it or in an earlier one.
 */
export interface OverviewFrame extends FrameValues {
  named: { machines: Uint32Array; machineIds: string[] };
  machines: Uint32Array;
  /** Time of the newest reading of each machine. */
  timestampsMs: Float64Array;
  /**
   * By how much each value is older than the newest reading of its machine; mostly 0, since most devices send all values at
   * once.
   */
  agesMs: Float32Array;
}

export function encodeOverviewFrame(frame: OverviewFrame): Uint8Array<ArrayBuffer> {
  const { named, machines, timestampsMs, starts, metrics, values, agesMs, qualities } = frame;
  const older = exceptionsOf(agesMs);
  const notGood = exceptionsOf(qualities);
  return joinColumns([
    Uint32Array.of(FRAMES_VERSION, machines.length, named.machines.length, values.length, older.length, notGood.length),
    timestampsMs,
    values,
    machines,
    older,
    Float32Array.from(older, (position) => agesMs[position] as number),
    notGood,
    Uint32Array.from(notGood, (position) => qualities[position] as number),
    named.machines,
    countsOf(starts),
    metrics,
    idBytes(named.machineIds),
  ]);
}

/** @throws RangeError if the bytes are not a valid frame */
export function decodeOverviewFrame(frame: Uint8Array | ArrayBuffer): OverviewFrame {
  const bytes = bytesOf(frame);
  if (bytes.byteLength < 4 * HEADER_NUMBERS) throw new RangeError('Not an overview frame');
  const reader = new ColumnReader(bytes);
  const [version, rows, names, valueCount, older, notGood] = reader.uint32(HEADER_NUMBERS) as unknown as Header;
  if (version !== FRAMES_VERSION) throw new RangeError('An overview frame of another version');
  const expectedBytes =
    4 * HEADER_NUMBERS +
    (8 + 4 + 2) * rows +
    (8 + 2) * valueCount +
    EXCEPTION_BYTES * (older + notGood) +
    (4 + ID_BYTES) * names;
  if (bytes.byteLength !== expectedBytes) throw new RangeError('Overview frame of the wrong length');
  const timestampsMs = reader.float64(rows);
  const values = reader.float64(valueCount);
  const machines = reader.uint32(rows);
  const agesMs = new Float32Array(valueCount);
  spread(agesMs, reader.uint32(older), reader.float32(older));
  const qualities = new Uint8Array(valueCount);
  spread(qualities, reader.uint32(notGood), reader.uint32(notGood));
  const numbers = reader.uint32(names);
  const starts = startsOf(reader.uint16(rows), valueCount);
  const metrics = reader.uint16(valueCount);
  const named = { machines: numbers, machineIds: reader.ids(names) };
  return { named, machines, timestampsMs, starts, metrics, values, agesMs, qualities };
}

type Header = [version: number, rows: number, names: number, valueCount: number, older: number, notGood: number];

/** The positions of numbers that are not 0. */
function exceptionsOf(numbers: Float32Array | Uint8Array): Uint32Array {
  const positions: number[] = [];
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) positions.push(i);
  return Uint32Array.from(positions);
}

function spread(into: Float32Array | Uint8Array, positions: Uint32Array, numbers: Float32Array | Uint32Array): void {
  for (const [i, position] of positions.entries()) {
    if (position >= into.length) throw new RangeError('Overview frame names a value it lacks');
    into[position] = numbers[i] as number;
  }
}
