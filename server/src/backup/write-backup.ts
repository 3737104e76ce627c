// Writes a backup of all stored data: a tar file with the database, the readings and a manifest of checksums.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { publishFile } from '../disk.ts';
import type { StoreSnapshots } from '../readings/store-copies.ts';

export const BACKUP_FORMAT = 1;
export const MANIFEST = 'manifest.json';

/** `manifest.json`, the first entry of a backup. */
export interface BackupManifest {
  format: typeof BACKUP_FORMAT;
  createdAtMs: number;
  files: { path: string; bytes: number; sha256: string }[];
}

export interface BackupSource {
  dataDir: string;
  readings: Pick<StoreSnapshots, 'snapshot'>;
  /** Writes a consistent copy of the database. */
  copyDatabase(file: string): Promise<void>;
}

/**
 * Writes `file`. An existing file is replaced only when the new one is complete and on disk. The data directory needs free space
 * for a copy of the database only, because the files of readings are hard-linked.
 */
export async function writeBackup(
  source: BackupSource,
  file: string,
  nowMs: number,
  progress: (line: string) => void,
): Promise<BackupManifest> {
  const target = resolve(file);
  await mkdir(join(source.dataDir, 'tmp'), { recursive: true });
  const staging = await mkdtemp(join(source.dataDir, 'tmp', 'backup-'));
  const unfinished = `${target}.unfinished`;
  try {
    await source.readings.snapshot(join(staging, 'readings'), () => source.copyDatabase(join(staging, 'gonsters.db')));
    const paths = await filesBelow(staging);
    const manifest: BackupManifest = { format: BACKUP_FORMAT, createdAtMs: nowMs, files: [] };
    for (const [index, path] of paths.entries()) {
      const absolute = join(staging, path);
      manifest.files.push({ path, bytes: (await stat(absolute)).size, sha256: await sha256Of(absolute) });
      if ((index + 1) % 100 === 0) progress(`${index + 1} of ${paths.length} files read`);
    }
    await writeFile(join(staging, MANIFEST), JSON.stringify(manifest));
    progress(`Writing ${paths.length} files`);
    // Loaded for the first backup: a server is started more often than it is backed up.
    const { create } = await import('tar');
    await create({ cwd: staging, file: unfinished, portable: true }, [MANIFEST, ...paths]);
    await publishFile(unfinished, target);
    return manifest;
  } finally {
    await rm(unfinished, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

/** All files below a folder, as sorted relative paths with `/`. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
