// `gonsters restore FILE`: fills an empty data directory from a backup.

import { basename } from 'node:path';
import { commandEntry, osUser } from '../audit/command-entry.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { openEmbeddedDatabase } from '../database/open-embedded-database.ts';
import type { Environment } from '../environment.ts';
import { isAppError } from '../errors.ts';

export async function restore(env: Environment, file: string): Promise<void> {
  const { dataDir } = readConfig(env);
  const manifest = await restoreBackup(file, dataDir, (line) => process.stderr.write(`${line}\n`));
  await noteRestored(dataDir, { file: basename(file), backup_of: new Date(manifest.createdAtMs).toISOString() });
  process.stderr.write(`Restored ${dataDir} as it was at ${new Date(manifest.createdAtMs).toISOString()}\n`);
}

/** The data is complete without the entry, so that a database that cannot be opened does not undo the restore. */
async function noteRestored(dataDir: string, details: { file: string; backup_of: string }): Promise<void> {
  const entry = { action: 'installation.restore', target: dataDir, command: 'restore', by: osUser(), details };
  try {
    const database = await openEmbeddedDatabase(dataDir);
    try {
      await new SqlAuditLog(database).append(commandEntry(entry), systemClock.nowMs());
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!isAppError(error)) throw error;
    process.stderr.write(`The audit log has no entry of the restore: ${error.message}\n`);
  }
}
