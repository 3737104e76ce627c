// Reads the entries of a journal file and skips damaged records.

import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { decodeBody, type JournalEntry, RECORD_HEADER_BYTES, RECORD_MAGIC } from './journal-record.ts';

export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  /**
   * Whether a complete record was damaged. An unfinished record at the end is no damage, because it was never
   * acknowledged.
   */
  readonly isDamaged: boolean;
}

export async function readJournal(path: string): Promise<JournalContent> {
  return parseJournal(await readFile(path));
}

export function parseJournal(bytes: Buffer): JournalContent {
  const entries: JournalEntry[] = [];
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(RECORD_MAGIC);
  let isDamaged = false;
  let at = 0;
  while (at < bytes.length) {
    const end = wholeRecordEnd(bytes, at);
    if (end !== null) {
      entries.push(decodeBody(bytes.subarray(at + RECORD_HEADER_BYTES, end)));
      at = end;
      continue;
    }
    const next = nextWholeRecord(bytes, magic, at + 1);
    if (next !== null || !isUnfinished(bytes, at)) isDamaged = true;
    if (next === null) break;
    at = next;
  }
  return { entries, isDamaged };
}

function wholeRecordEnd(bytes: Buffer, at: number): number | null {
  if (!isHeader(bytes, at)) return null;
  const end = at + RECORD_HEADER_BYTES + bytes.readUInt32LE(at + 4);
  if (end > bytes.length) return null;
  return crc32(bytes.subarray(at + RECORD_HEADER_BYTES, end)) === bytes.readUInt32LE(at + 8) ? end : null;
}

function isHeader(bytes: Buffer, at: number): boolean {
  return (
    at + RECORD_HEADER_BYTES <= bytes.length &&
    bytes.readUInt32LE(at) === RECORD_MAGIC &&
    bytes.readUInt32LE(at + 12) === crc32(bytes.subarray(at, at + 12))
  );
}

function nextWholeRecord(bytes: Buffer, magic: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(magic, from); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    if (wholeRecordEnd(bytes, at) !== null) return at;
  }
  return null;
}

/** What a crash leaves at the end: a truncated record, or zeros that were never overwritten. */
function isUnfinished(bytes: Buffer, at: number): boolean {
  if (bytes.length - at < RECORD_HEADER_BYTES) return true;
  if (isHeader(bytes, at)) return at + RECORD_HEADER_BYTES + bytes.readUInt32LE(at + 4) > bytes.length;
  return bytes.subarray(at).every((byte) => byte === 0);
}
