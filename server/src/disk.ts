// Makes files durable, and describes errors of the disk in plain words.

import { open } from 'node:fs/promises';

/** Resolves when the content of a file, or the names in a directory, are on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
