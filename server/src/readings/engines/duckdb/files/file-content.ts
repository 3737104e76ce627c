// The size and the checksum of a file.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../../../clock.ts';

/** CRC-32 of the content. Rejects if the file cannot be read. */
export async function checksumOf(path: string): Promise<number> {
  let crc = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) crc = crc32(chunk as Buffer, crc);
  return crc;
}

/** Null if there is no such file. */
export async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

/** What the manifest says of a Parquet file. Rejects if it cannot be read. */
export async function describeFile(
  path: string,
  countRows: (path: string) => Promise<number>,
  clock: Clock,
): Promise<{ bytes: number; rows: number; crc: number; checkedMs: number }> {
  const { size } = await stat(path);
  const [rows, crc] = [await countRows(path), await checksumOf(path)];
  return { bytes: size, rows, crc, checkedMs: clock.nowMs() };
}
