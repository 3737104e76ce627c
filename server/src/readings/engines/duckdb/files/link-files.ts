// Copies files into another directory as cheaply as the file system can.

import { copyFile, link } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeDirectory } from './durable-files.ts';

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
