// The cheap check of a Parquet file at a start: its frame, not its content.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MAGIC = 'PAR1';
/** Magic at both ends and the footer's length. */
const FRAME_BYTES = 12;

/** Synchronous, since thousands of files are looked at before the start and each look includes microseconds. */
export function isWholeParquet(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size < FRAME_BYTES) return false;
    const ends = Buffer.alloc(FRAME_BYTES);
    readSync(file, ends, 0, 4, 0);
    readSync(file, ends, 4, 8, size - 8);
    const footerBytes = ends.readUInt32LE(4);
    return (
      ends.toString('latin1', 0, 4) === MAGIC &&
      ends.toString('latin1', 8, 12) === MAGIC &&
      footerBytes > 0 &&
      footerBytes <= size - FRAME_BYTES
    );
  } finally {
    closeSync(file);
  }
}
