// Opens the configured database: the embedded one in the data directory, or PostgreSQL.

import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { checkDataDirectory } from '../data-directory.ts';
import type { Logger } from '../log.ts';
import { refuseUnfinishedCopy } from './copied-from.ts';
import type { StoredDatabase } from './database.ts';
import { openInstalledDatabase, type ReplacedDatabase } from './standby-copy.ts';

/**
 * Rejects as `openInstalledDatabase` and `openPostgres` do, and with `conflict` if a restore or transfer into the data
 * directory or PostgreSQL is not finished, or the data was transferred elsewhere.
 *
 * `creates`: an empty database is made where there are readings, but none of it. `onReplaced`: a missing or damaged database is
 * replaced by its copy; without it, it is refused.
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'postgres' | 'influxdb'>,
  log: Logger,
  options: {
    creates?: boolean;
    onReplaced?: ((replaced: ReplacedDatabase) => Promise<void>) | undefined;
    clock?: Clock;
  } = {},
): Promise<StoredDatabase> {
  await checkDataDirectory(config);
  if (config.postgres === null) {
    const { creates = false, onReplaced, clock = systemClock } = options;
    const replaces = onReplaced !== undefined;
    const { database, replaced } = await openInstalledDatabase(config.dataDir, { replaces, creates, clock });
    if (replaced !== null) {
      log.error(replaced.reason);
      await onReplaced?.(replaced);
    }
    return database;
  }
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
