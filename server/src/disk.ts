// Makes files durable, and describes errors of the disk in plain words.

import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Resolves when the content of a file, or the names in a directory, are on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a file that is complete its name. Before it resolves, and after a crash, there is the former file or none. */
export async function publishFile(unfinishedPath: string, path: string): Promise<void> {
  await syncToDisk(unfinishedPath);
  await rename(unfinishedPath, path);
  await syncToDisk(dirname(path));
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The disk quota is used up.',
  EROFS: 'The file system is read-only.',
  EIO: 'The disk reports errors.',
  EACCES: 'The data directory may not be written.',
  EPERM: 'The data directory may not be written.',
  ENOENT: 'A folder of the data directory is missing.',
};

/** A sentence for the first known error in the chain of causes. It contains no path. */
export function describeDiskFault(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    const sentence = SENTENCES[(each as NodeJS.ErrnoException).code ?? ''];
    if (sentence !== undefined) return sentence;
  }
  return 'The files cannot be written.';
}
