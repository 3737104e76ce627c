// Runs a command on a data directory: by the server that runs on it, or else on the opened files themselves.

import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { askServer } from '../control/ask-server.ts';
import { controlHandlers } from '../control/control-handlers.ts';
import { openDatabase } from '../database/open-database.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { createLogger } from '../log.ts';
import { openReadingStore } from '../readings/open-reading-store.ts';
import { AccessTokens } from '../users/access-tokens.ts';
import { PasswordHasher } from '../users/password-hasher.ts';
import { SessionService } from '../users/session-service.ts';
import { SignInBackoff } from '../users/sign-in-backoff.ts';
import { openSigningSecret } from '../users/signing-secret.ts';
import { SqlSessionRepository } from '../users/sql-session-repository.ts';
import { SqlUserRepository } from '../users/sql-user-repository.ts';
import { UserService } from '../users/user-service.ts';

/** Progress goes to standard error, one line at a time. */
export async function onDataDirectory(
  config: Config,
  request: { command: 'backup' | 'verify' | 'add-user' } & Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const answer = await askServer(config.dataDir, request, progress);
  if (answer !== null) return answer;

  const log = createLogger(config.logLevel);
  const clock = systemClock;
  const database = await openDatabase(config, log);
  const readings = openReadingStore({ ...config, describe: () => null, clock, log });
  try {
    await readings.open();
    const bus = new LocalEventBus(log);
    const users = new SqlUserRepository(database);
    const passwords = new PasswordHasher();
    const sessions = new SessionService({
      users,
      sessions: new SqlSessionRepository(database),
      tokens: new AccessTokens({
        secret: await openSigningSecret(config.dataDir, config.jwtSecret),
        lifetimeSeconds: config.accessTokenSeconds,
        clock,
      }),
      passwords,
      backoff: new SignInBackoff(clock),
      bus,
      clock,
      // A command forgets none.
      guard: { trustedNowMs: () => null },
      refreshTokenSeconds: config.refreshTokenSeconds,
    });
    const handlers = controlHandlers({
      config,
      database,
      readings,
      audit: new SqlAuditLog(database),
      accounts: new UserService({ users, sessions, passwords, allowRegistration: false }),
      clock,
    });
    return await handlers[request.command](request, progress);
  } finally {
    await readings.close();
    await database.close();
  }
}
