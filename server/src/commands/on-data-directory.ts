// Runs a command on a data directory: by the server that runs on it, or else on the opened files themselves.

import { Lifecycle } from '../app/lifecycle.ts';
import { openStorage } from '../app/storage.ts';
import { osUser } from '../audit/command-entry.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { askServer } from '../control/ask-server.ts';
import { controlHandlers } from '../control/control-handlers.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { createLogger } from '../log.ts';
import { secretBoxOf } from '../secret-box.ts';
import { openUsers } from '../users/open-users.ts';

/** Progress goes to standard error, one line at a time. */
export async function onDataDirectory(
  config: Config,
  request: { command: 'backup' | 'verify' | 'add-user' | 'reset-second-factor' } & Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const answer = await askServer(config.dataDir, request, progress);
  if (answer !== null) return answer;

  const log = createLogger(config.logLevel);
  const clock = systemClock;
  const lifecycle = new Lifecycle(log);
  try {
    const { database, readings } = await openStorage(
      // No readings are written, and none are summarised.
      { config, describe: () => null, kindOf: () => 'gauge', plantZone: () => 'UTC', clock, log },
      lifecycle,
    );
    await readings.open();
    // A command deletes no expired sessions.
    const guard = { trustedNowMs: () => null };
    // No server runs here that keeps access keys in memory.
    const accessKeys = { ownersChanged: async () => {} };
    const bus = new LocalEventBus(log);
    const box = secretBoxOf(config);
    const { accounts, enrolment } = await openUsers({ config, database, bus, clock, guard, box, accessKeys, log });
    const audit = new SqlAuditLog(database);
    return await controlHandlers({ config, database, readings, audit, accounts, enrolment, clock })[request.command](
      { ...request, os_user: osUser() },
      progress,
    );
  } finally {
    await lifecycle.stop();
  }
}
