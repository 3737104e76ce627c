// Compares the files on the disk with the manifest.

import { join } from 'node:path';
import { readJournal } from '../journal/read-journal.ts';
import { checksumOf, sizeOf } from './file-content.ts';
import { type ListedFile, type ListedSegment, MANIFEST_FILE } from './manifest-lines.ts';
import { readSmallFile, SMALL_FILES } from './small-file.ts';

export interface FileFault {
  /** Relative to the root. */
  readonly name: string;
  readonly fault: 'missing' | 'changed';
}

export interface ListedContent {
  readonly files: ReadonlyMap<string, ListedFile>;
  readonly segments: ReadonlyMap<string, ListedSegment>;
  readonly small: ReadonlySet<string>;
  readonly lost: ReadonlyMap<string, number>;
  /** Whether the manifest itself is what was written. */
  isIntact(): Promise<boolean>;
}

/** One for each difference. What is replaced while it is read is not a difference. */
export async function* faultsOf(root: string, listed: ListedContent): AsyncIterable<FileFault> {
  const { files, segments, small, lost } = listed;
  if (!(await listed.isIntact())) yield { name: MANIFEST_FILE, fault: 'changed' };
  for (const name of lost.keys()) yield { name, fault: 'missing' };
  for (const [name, { bytes, crc }] of [...files]) {
    const path = join(root, name);
    const size = await sizeOf(path);
    const isSame = size === bytes && (crc === null || (await checksumOf(path).catch(() => null)) === crc);
    if (isSame || !files.has(name)) continue;
    yield { name, fault: size === null ? 'missing' : 'changed' };
  }
  for (const [name, { bytes }] of [...segments]) {
    const path = join(root, name);
    const size = await sizeOf(path);
    const isSame = size !== null && size >= (bytes ?? 1) && !(await isDamagedJournal(path));
    if (isSame || !segments.has(name)) continue;
    yield { name, fault: size === null ? 'missing' : 'changed' };
  }
  for (const name of SMALL_FILES) {
    const content = await readSmallFile(join(root, name));
    if (content === null) yield { name, fault: 'changed' };
    if (content === undefined && small.has(name)) yield { name, fault: 'missing' };
  }
}

async function isDamagedJournal(path: string): Promise<boolean> {
  return readJournal(path).then(
    ({ isDamaged }) => isDamaged,
    () => true,
  );
}
