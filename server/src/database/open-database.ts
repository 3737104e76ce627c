// Opens the database that the configuration names: the embedded one of the data directory, or PostgreSQL.

import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { StoredDatabase } from './database.ts';
import { openEmbeddedDatabase } from './open-embedded-database.ts';
import { openPostgres } from './open-postgres.ts';

/** Rejects as the openers do. */
export function openDatabase(config: Pick<Config, 'dataDir' | 'postgres'>, log: Logger): Promise<StoredDatabase> {
  return config.postgres === null ? openEmbeddedDatabase(config.dataDir) : openPostgres(config.postgres, log);
}
