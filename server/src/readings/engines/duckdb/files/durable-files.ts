// Writes files so that they survive a power failure.

import { copyFile, link, mkdir, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { publishFile, syncToDisk } from '../../../../disk.ts';

/** Marks a file that is being written. If one is found at the start, a crash left it behind. */
export const UNFINISHED_SUFFIX = '.tmp';

/** When it resolves, the whole file is on the disk. If `write` fails, or after a crash, there is no file. */
export async function writeDurably(path: string, write: (unfinishedPath: string) => Promise<void>): Promise<void> {
  await publishFile(await writeUnfinished(path, write), path);
}

/** The first half of `writeDurably`. Returns the path of the unfinished file, to be passed to `publishFile`. */
export async function writeUnfinished(path: string, write: (unfinishedPath: string) => Promise<void>): Promise<string> {
  const unfinishedPath = `${path}${UNFINISHED_SUFFIX}`;
  await makeDirectory(dirname(path));
  try {
    await write(unfinishedPath);
  } catch (error) {
    // On a full disk its space may be needed.
    await unlink(unfinishedPath).catch(() => undefined);
    throw error;
  }
  return unfinishedPath;
}

export async function makeDirectory(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true });
  if (firstMade !== undefined) await syncToDisk(dirname(firstMade));
}

/**
 * Copies files as hard links if the file system supports them. The files keep their paths relative to `root`. They must
 * not be written to afterwards, only renamed or deleted.
 */
export async function linkFiles(root: string, paths: Iterable<string>, directory: string): Promise<void> {
  await makeDirectory(directory);
  for (const path of paths) {
    const target = join(directory, relative(root, path));
    await makeDirectory(dirname(target));
    // The directory is on another file system, or the file system has no links.
    await link(path, target).catch(() => copyFile(path, target));
  }
}
