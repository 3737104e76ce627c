// Creates the parts of user management: users, sessions, access tokens, password hashing and sign-in backoff.

import type { Clock, TrustedClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import { AccessTokens } from './access-tokens.ts';
import { KnownSources } from './known-sources.ts';
import { openOidc } from './oidc/open-oidc.ts';
import { PasswordHasher } from './password-hasher.ts';
import { PasswordLinks } from './password-links.ts';
import { SessionService } from './session-service.ts';
import { SignInBackoff } from './sign-in-backoff.ts';
import { openSigningSecret } from './signing-secret.ts';
import { SqlSessionRepository } from './sql-session-repository.ts';
import { SqlUserRepository } from './sql-user-repository.ts';
import { UserService } from './user-service.ts';

/** The caller starts `sessions`. */
export async function openUsers(deps: {
  config: Config;
  database: Database;
  bus: EventBus;
  clock: Clock;
  guard: TrustedClock;
  log: Logger;
  accessKeys: ConstructorParameters<typeof UserService>[0]['accessKeys'];
}) {
  const { config, database, bus, clock, guard, accessKeys } = deps;
  const users = new SqlUserRepository(database);
  const passwords = new PasswordHasher();
  const secret = await openSigningSecret(config.dataDir, config.jwtSecret);
  const tokens = new AccessTokens({ secret, lifetimeSeconds: config.accessTokenSeconds, clock });
  const backoff = new SignInBackoff(clock, (attempt) => bus.publish({ kind: 'sign_in', ...attempt }));
  const sessions = new SessionService({
    ...{ users, tokens, passwords, backoff, bus, clock, guard, known: new KnownSources(database) },
    sessions: new SqlSessionRepository(database),
    refreshTokenSeconds: config.refreshTokenSeconds,
  });
  const { allowRegistration, environment } = config;
  const needsAdmission = environment === 'production';
  const accounts = new UserService({ users, sessions, passwords, accessKeys, allowRegistration, needsAdmission });
  const passwordLinks = new PasswordLinks({ database, users, sessions, passwords, clock });
  const oidc = openOidc({ ...deps, users, accounts, sessions, secret });
  return { users, passwords, backoff, sessions, accounts, passwordLinks, oidc };
}
