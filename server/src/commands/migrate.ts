// `gonsters migrate`: brings the database to this version without starting the server.

import { commandEntry, osUser } from '../audit/command-entry.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { systemClock, systemMonotonicClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database/open-database.ts';
import type { Environment } from '../environment.ts';
import { createLogger } from '../log.ts';

export async function migrate(env: Environment): Promise<void> {
  const config = readConfig(env);
  const startMs = systemMonotonicClock.elapsedMs();
  const database = await openDatabase(config, createLogger(config.logLevel), { creates: true });
  try {
    const applied = await database.db
      .selectFrom('schema_migrations')
      .select('version')
      .where('applied_at', '>=', database.engine.ago(systemMonotonicClock.elapsedMs() - startMs))
      .orderBy('version')
      .execute();
    const first = applied[0]?.version;
    if (first !== undefined) {
      const details = { from_version: first - 1, to_version: applied.at(-1)?.version };
      const entry = { action: 'database.migrate', target: null, command: 'migrate', by: osUser(), details };
      await new SqlAuditLog(database).append(commandEntry(entry), systemClock.nowMs());
    }
  } finally {
    await database.close();
  }
  process.stderr.write('The database is up to date.\n');
}
