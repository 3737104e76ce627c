// `gonsters restore FILE`: fills an empty data directory from a backup.

import { restoreBackup } from '../backup/restore-backup.ts';
import { readConfig } from '../config.ts';
import type { Environment } from '../environment.ts';

export async function restore(env: Environment, file: string): Promise<void> {
  const { dataDir } = readConfig(env);
  const manifest = await restoreBackup(file, dataDir, (line) => process.stderr.write(`${line}\n`));
  process.stderr.write(`Restored ${dataDir} as it was at ${new Date(manifest.createdAtMs).toISOString()}\n`);
}
