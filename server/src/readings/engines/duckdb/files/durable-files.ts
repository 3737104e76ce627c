// Makes files durable: what was written and renamed is still there after a power cut.

import { copyFile, link, mkdir, rename, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { syncToDisk } from '../../../../disk.ts';

/** Marks a file that is being written; one that is found at a start is the rest of a crash. */
export const UNFINISHED_SUFFIX = '.tmp';

/** After this the file is there whole; where `write` fails, or after a crash before, not at all. */
export async function writeDurably(path: string, write: (unfinishedPath: string) => Promise<void>): Promise<void> {
  await publishFile(await writeUnfinished(path, write), path);
}

/** The first half of `writeDurably`: returns the path under which the content waits for `publishFile`. */
export async function writeUnfinished(path: string, write: (unfinishedPath: string) => Promise<void>): Promise<string> {
  const unfinishedPath = `${path}${UNFINISHED_SUFFIX}`;
  await makeDirectory(dirname(path));
  try {
    await write(unfinishedPath);
  } catch (error) {
    // Its room may be what a full disk needs.
    await unlink(unfinishedPath).catch(() => undefined);
    throw error;
  }
  return unfinishedPath;
}

export async function publishFile(unfinishedPath: string, path: string): Promise<void> {
  await syncToDisk(unfinishedPath);
  await rename(unfinishedPath, path);
  await syncToDisk(dirname(path));
}

export async function makeDirectory(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true });
  if (firstMade !== undefined) await syncToDisk(dirname(firstMade));
}

/** The files keep their places below `root`. None of them may be written to again, only renamed or deleted. */
export async function linkFiles(root: string, paths: Iterable<string>, directory: string): Promise<void> {
  await makeDirectory(directory);
  for (const path of paths) {
    const target = join(directory, relative(root, path));
    await makeDirectory(dirname(target));
    // Another file system, or one without links.
    await link(path, target).catch(() => copyFile(path, target));
  }
}
