// Opens the configured database: the embedded one in the data directory, or PostgreSQL.

import type { Config } from '../config.ts';
import { checkDataDirectory } from '../data-directory.ts';
import type { Logger } from '../log.ts';
import { refuseUnfinishedCopy } from './copied-from.ts';
import type { StoredDatabase } from './database.ts';
import { openEmbeddedDatabase } from './open-embedded-database.ts';

/**
 * Rejects as `openEmbeddedDatabase` and `openPostgres` do, and with `conflict` if a restore or transfer into the data
 * directory or PostgreSQL is not finished, or the data was transferred elsewhere.
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'postgres' | 'influxdb'>,
  log: Logger,
): Promise<StoredDatabase> {
  await checkDataDirectory(config);
  if (config.postgres === null) return openEmbeddedDatabase(config.dataDir);
  // Loaded only where it is used, as every library for a server of its own is: the start on a small computer is shorter.
  const { openPostgres } = await import('./open-postgres.ts');
  const database = await openPostgres(config.postgres, log);
  try {
    await refuseUnfinishedCopy(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
