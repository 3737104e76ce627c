// The binary frame of the detail lane: readings of at most 12 machines as columns. Described in docs/formats/detail-frame.md.

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

const HEADER_NUMBERS = 5;

/** One row for each reading, in the order of storing. Times are UTC ms. */
export interface DetailFrame extends FrameValues {
  /** Increases by one with every frame of a connection; a gap means that frames were dropped. */
  seq: number;
  /** At most 12. */
  machineIds: string[];
  /** For each row, the position of its machine in `machineIds`. */
  machineIndex: Uint8Array;
  timestampsMs: Float64Array;
}

export function encodeDetailFrame(frame: DetailFrame): Uint8Array<ArrayBuffer> {
  const { seq, machineIds, machineIndex, timestampsMs, starts, metrics, values, qualities } = frame;
  const header = Uint32Array.of(FRAMES_VERSION, seq, timestampsMs.length, machineIds.length, values.length);
  return joinColumns([
    header,
    idBytes(machineIds),
    timestampsMs,
    values,
    countsOf(starts),
    metrics,
    machineIndex,
    qualities,
  ]);
}

/** @throws RangeError if the bytes are not a valid frame */
export function decodeDetailFrame(frame: Uint8Array | ArrayBuffer): DetailFrame {
  const bytes = bytesOf(frame);
  if (bytes.byteLength < 4 * HEADER_NUMBERS) throw new RangeError('Not a detail frame');
  const reader = new ColumnReader(bytes);
  const [version, seq, rows, machines, valueCount] = reader.uint32(HEADER_NUMBERS) as unknown as Header;
  if (version !== FRAMES_VERSION) throw new RangeError('A detail frame of another version');
  const expectedBytes = 4 * HEADER_NUMBERS + ID_BYTES * machines + (8 + 2 + 1) * rows + (8 + 2 + 1) * valueCount;
  if (bytes.byteLength !== expectedBytes) throw new RangeError('Detail frame of the wrong length');
  const machineIds = reader.ids(machines);
  const timestampsMs = reader.float64(rows);
  const values = reader.float64(valueCount);
  const starts = startsOf(reader.uint16(rows), valueCount);
  const metrics = reader.uint16(valueCount);
  const machineIndex = reader.uint8(rows);
  if (machineIndex.some((index) => index >= machines)) throw new RangeError('Detail frame names a machine it lacks');
  return { seq, machineIds, machineIndex, timestampsMs, starts, metrics, values, qualities: reader.uint8(valueCount) };
}

type Header = [version: number, seq: number, rows: number, machines: number, valueCount: number];
