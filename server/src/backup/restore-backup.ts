// Restores a backup into an empty data directory, after all checksums have been verified.

import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RESTORE_PREFIX, refuseInterruptedRestore } from '../data-directory.ts';
import { syncToDisk } from '../disk.ts';
import { AppError } from '../errors.ts';
import { BACKUP_FORMAT, type BackupManifest, filesBelow, MANIFEST, sha256Of } from './write-backup.ts';

/**
 * Until every file is in place, `dataDir` contains a folder because of which every command refuses the directory. On return
 * everything is on disk.
 *
 * @throws AppError `conflict` where `dataDir` is not empty, `validation_failed` where the file is not a complete backup
 */
export async function restoreBackup(
  file: string,
  dataDir: string,
  progress: (line: string) => void,
): Promise<BackupManifest> {
  await mkdir(dataDir, { recursive: true });
  await refuseInterruptedRestore(dataDir);
  if ((await readdir(dataDir)).length > 0) {
    throw new AppError('conflict', `${dataDir} is not empty; name an empty DATA_DIR to restore into`);
  }
  const staging = await mkdtemp(join(dataDir, RESTORE_PREFIX));
  await syncToDisk(dataDir);
  const placed: string[] = [];
  try {
    try {
      const { extract } = await import('tar');
      await extract({ cwd: staging, file, strict: true });
    } catch (cause) {
      throw new AppError('validation_failed', `${file} is not a readable backup`, { cause });
    }
    const manifest = await readManifest(staging, file);
    const listed = new Map(manifest.files.map((entry) => [entry.path, entry]));
    const found = (await filesBelow(staging)).filter((path) => path !== MANIFEST);
    for (const [index, path] of found.entries()) {
      const entry = listed.get(path);
      const absolute = join(staging, path);
      if (
        entry === undefined ||
        entry.bytes !== (await stat(absolute)).size ||
        entry.sha256 !== (await sha256Of(absolute))
      ) {
        throw new AppError('validation_failed', `${path} in ${file} is damaged: its checksum does not match`);
      }
      await syncToDisk(absolute);
      listed.delete(path);
      if ((index + 1) % 100 === 0) progress(`${index + 1} of ${found.length} files checked`);
    }
    const missing = listed.keys().next().value;
    if (missing !== undefined) throw new AppError('validation_failed', `${missing} is missing in ${file}`);
    for (const name of await readdir(staging)) {
      if (name === MANIFEST) continue;
      placed.push(join(dataDir, name));
      await rename(join(staging, name), join(dataDir, name));
    }
    for (const directory of new Set(['.', ...found.map(dirname)])) await syncToDisk(join(dataDir, directory));
    placed.length = 0;
    return manifest;
  } finally {
    // The folder that marks the restore as incomplete is deleted last.
    for (const path of [...placed, staging]) await rm(path, { recursive: true, force: true });
  }
}

async function readManifest(staging: string, file: string): Promise<BackupManifest> {
  try {
    const manifest = JSON.parse(await readFile(join(staging, MANIFEST), 'utf8')) as BackupManifest;
    if (manifest.format === BACKUP_FORMAT && Array.isArray(manifest.files)) return manifest;
  } catch (cause) {
    throw new AppError('validation_failed', `${file} has no readable manifest`, { cause });
  }
  throw new AppError('validation_failed', `${file} has the format of another version`);
}
