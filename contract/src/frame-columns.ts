// The columns that both binary frames of the live stream are made of, as bytes and back.

/** Of both frames. The server sends them only to a page that names this version in `set_view`. */
export const FRAMES_VERSION = 3;

/**
 * The values of the rows of a frame. Those of row i are from `starts[i]` (included) to `starts[i + 1]` (excluded) in the other
 * columns. Metrics are given by numbers that a `frame_metrics` event announced before on the same connection. Booleans are 0
 * and 1, states their code. The quality is 0 (good), 1 (uncertain) or 2 (bad); only a bad value may be NaN.
 */
export interface FrameValues {
  /** One number more than there are rows, ascending. */
  starts: Uint32Array;
  metrics: Uint16Array;
  values: Float64Array;
  qualities: Uint8Array;
}

/** Rows as counts, which is how a frame contains them. */
export function countsOf(starts: Uint32Array): Uint16Array {
  const counts = new Uint16Array(starts.length - 1);
  for (let row = 0; row < counts.length; row++) counts[row] = (starts[row + 1] as number) - (starts[row] as number);
  return counts;
}

/** Throws a RangeError if the counts do not add up to `total`. */
export function startsOf(counts: Uint16Array, total: number): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) starts[row + 1] = (starts[row] as number) + (counts[row] as number);
  if (starts[counts.length] !== total) throw new RangeError('The values of the frame do not belong to its rows');
  return starts;
}

type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;

/** The columns one after another, little-endian as all platforms that run this. */
export function joinColumns(columns: readonly Column[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(columns.reduce((sum, column) => sum + column.byteLength, 0));
  let at = 0;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}

export function bytesOf(frame: Uint8Array | ArrayBuffer): Uint8Array {
  return frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame;
}

/** Reads columns in the order in which `joinColumns` was given them. The caller has checked the total length. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  #next<T extends Column>(Type: new (buffer: ArrayBuffer) => T, bytesPerNumber: number, length: number): T {
    const end = this.#at + bytesPerNumber * length;
    // A copy, because a column may begin at any byte.
    const column = new Type(new Uint8Array(this.#bytes.subarray(this.#at, end)).buffer);
    this.#at = end;
    return column;
  }

  float64(length: number): Float64Array {
    return this.#next(Float64Array, 8, length);
  }

  float32(length: number): Float32Array {
    return this.#next(Float32Array, 4, length);
  }

  uint32(length: number): Uint32Array {
    return this.#next(Uint32Array, 4, length);
  }

  uint16(length: number): Uint16Array {
    return this.#next(Uint16Array, 2, length);
  }

  uint8(length: number): Uint8Array {
    return this.#next(Uint8Array, 1, length);
  }

  ids(count: number): string[] {
    return Array.from({ length: count }, () => String.fromCharCode(...this.uint8(ID_BYTES)));
  }
}

export const ID_BYTES = 36;

/** Machine ids, ASCII. */
export function idBytes(machineIds: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(ID_BYTES * machineIds.length);
  for (const [n, id] of machineIds.entries()) {
    for (let i = 0; i < ID_BYTES; i++) bytes[n * ID_BYTES + i] = id.charCodeAt(i);
  }
  return bytes;
}
