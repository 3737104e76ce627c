// Runs a command on a data directory: by the server that runs on it, or else on the opened files themselves.

import type { MetricKind } from '@gonsters/contract';
import { Lifecycle } from '../app/lifecycle.ts';
import { openStorage } from '../app/storage.ts';
import { AuditAnchor } from '../audit/audit-anchor.ts';
import { osUser } from '../audit/command-entry.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { askServer } from '../control/ask-server.ts';
import { controlHandlers } from '../control/control-handlers.ts';
import { isAppError } from '../errors.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { createLogger } from '../log.ts';
import { InstallationDamage } from '../readings/installation-damage.ts';
import { openReadingStore } from '../readings/open-reading-store.ts';
import type { StoredDamage } from '../readings/stored-damage.ts';
import { secretBoxOf } from '../secret-box.ts';
import { openUsers } from '../users/open-users.ts';

const gauge = (): MetricKind => 'gauge';

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
    // No readings are written, and none are summarised.
    const storage = { config, describe: () => null, kindOf: gauge, plantZone: () => 'UTC', clock, log };
    const opened = await openStorage(storage, lifecycle).catch(async (error: unknown) => {
      if (request.command !== 'verify' || !isAppError(error) || error.code !== 'store_unavailable') throw error;
      return error;
    });
    if (opened instanceof Error) {
      const readings = lifecycle.store(
        openReadingStore({ influxdb: config.influxdb, dataDir: config.dataDir, ...storage }),
      );
      await readings.open();
      const { faults, ...counts } = await readings.verify(progress);
      return { ...counts, auditEntries: 0, faults: [opened.message, ...faults] };
    }
    const { database, readings } = opened;
    await readings.open();
    // A command deletes no expired sessions.
    const guard = { trustedNowMs: () => null };
    // No server runs here that keeps access keys in memory.
    const accessKeys = { ownersChanged: async () => {} };
    const bus = new LocalEventBus(log);
    const box = secretBoxOf(config);
    const { accounts, enrolment } = await openUsers({ config, database, bus, clock, guard, box, accessKeys, log });
    const installation = new InstallationDamage(config.dataDir);
    await installation.open();
    const { dataDir } = config;
    const onCut = (cut: StoredDamage) => installation.note(cut);
    const anchor = new AuditAnchor({ database, dataDir, clock, log, onCut });
    const audit = new SqlAuditLog(database, (head) => anchor.noteAppended(head));
    const deps = { config, database, readings, audit, anchor, installation, accounts, enrolment, clock };
    return await controlHandlers(deps)[request.command]({ ...request, os_user: osUser() }, progress);
  } finally {
    await lifecycle.stop();
  }
}
