// The lines of the manifest, as described in docs/formats/readings-files.md.

import { crc32 } from 'node:zlib';

/** Path below the root of the store. */
export const MANIFEST_FILE = 'manifest';

/** A Parquet file. `rows` and `crc` are null until they have been determined. */
export interface ListedFile {
  readonly bytes: number;
  readonly rows: number | null;
  /** CRC-32 of the content. */
  readonly crc: number | null;
  readonly minSequence: number;
  readonly maxSequence: number;
  /** When its checksum was last compared with its content, UTC ms; absent in lists of earlier versions. */
  readonly checkedMs?: number;
}
/** A file whose checksum is known. */
export interface CheckedFile {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
}
/** A journal file. `bytes` is null while it is written to. */
export interface ListedSegment {
  readonly bytes: number | null;
  /** When the first reading was written to it, UTC ms; absent in lists of earlier versions. */
  readonly sinceMs?: number;
}
/** The first line, without which the list is not whole. */
export const HEADER = { manifest: 1 } as const;
/** Paths are relative to the root, with `/`. */
export type Change =
  | typeof HEADER
  | ({ readonly file: string } & ListedFile)
  | ({ readonly journal: string } & ListedSegment)
  | { readonly small: string }
  | { readonly removed: string }
  | { readonly lost: string; readonly noticedMs: number };

export function nameIn(change: Change): string {
  if ('manifest' in change) return MANIFEST_FILE;
  if ('file' in change) return change.file;
  if ('journal' in change) return change.journal;
  if ('small' in change) return change.small;
  return 'removed' in change ? change.removed : change.lost;
}

export function lineOf(change: Change): string {
  const text = JSON.stringify(change);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

export function parseLine(line: string): Change | null {
  const text = line.slice(9);
  // An empty line stands where a line could not be finished and was written again.
  if (line === '') return HEADER;
  if (line.slice(0, 8) !== crc32(text).toString(16).padStart(8, '0')) return null;
  return JSON.parse(text) as Change;
}
