// `gonsters migrate`: brings the database to this version without starting the server.

import { readConfig } from '../config.ts';
import { openDatabase } from '../database/open-database.ts';
import type { Environment } from '../environment.ts';
import { createLogger } from '../log.ts';

export async function migrate(env: Environment): Promise<void> {
  const config = readConfig(env);
  const database = await openDatabase(config, createLogger(config.logLevel), { creates: true });
  await database.close();
  process.stderr.write('The database is up to date.\n');
}
