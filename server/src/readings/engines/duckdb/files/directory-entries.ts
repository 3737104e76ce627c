// Reads and removes entries of the directories of the store.

import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export async function remove(path: string): Promise<void> {
  // A file that cannot be deleted, because the disk fails or a virus scanner holds it, is found again at the next
  // start.
  await unlink(path).catch(() => undefined);
}

/** The directories whose names match. Removes empty ones, which retention leaves behind. */
export async function subdirectories(path: string, named: RegExp): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true }).catch(nothingThere)) {
    if (!entry.isDirectory() || !named.test(entry.name)) continue;
    const isRemoved = await rmdir(join(path, entry.name)).then(
      () => true,
      () => false,
    );
    if (!isRemoved) found.push(entry.name);
  }
  return found;
}

export function onlyIfMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** A directory of format 1 is missing unless an earlier version made it. */
export function nothingThere(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
