// Opens the database that the configuration names: the embedded one of the data directory, or PostgreSQL.

import type { Config } from '../config.ts';
import { checkDataDirectory } from '../data-directory.ts';
import type { Logger } from '../log.ts';
import { refuseUnfinishedCopy } from './copied-from.ts';
import type { StoredDatabase } from './database.ts';
import { openEmbeddedDatabase } from './open-embedded-database.ts';
import { openPostgres } from './open-postgres.ts';

/**
 * Rejects as the openers do, and with `conflict` where the data directory or PostgreSQL does not hold a whole
 * installation, or the data was moved elsewhere.
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'postgres' | 'influxdb'>,
  log: Logger,
): Promise<StoredDatabase> {
  await checkDataDirectory(config);
  if (config.postgres === null) return openEmbeddedDatabase(config.dataDir);
  const database = await openPostgres(config.postgres, log);
  try {
    await refuseUnfinishedCopy(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
