// A quick check of a Parquet file at the start: whether its beginning and end are intact.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MAGIC = 'PAR1';
/** The magic bytes at both ends and the length of the footer. */
const FRAME_BYTES = 12;

/** Synchronous, because thousands of files are checked at the start and each check takes only microseconds. */
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
