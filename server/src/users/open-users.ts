// Creates the parts of user management: users, sessions, access tokens, password hashing and sign-in backoff.

import type { Clock, TrustedClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { SecretBox } from '../secret-box.ts';
import { AccessTokens } from './access-tokens.ts';
import { KnownSources } from './known-sources.ts';
import { PasswordSignIns } from './oidc/break-glass.ts';
import { openOidc } from './oidc/open-oidc.ts';
import { OwnPassword } from './own-password.ts';
import { PasswordCheck } from './password-check.ts';
import { PasswordHasher } from './password-hasher.ts';
import { PasswordLinks } from './password-links.ts';
import { ChallengeStore } from './second-factors/challenge-store.ts';
import { FactorEnrolment } from './second-factors/factor-enrolment.ts';
import { FactorPolicyRepository } from './second-factors/factor-policy-repository.ts';
import { FactorRepository } from './second-factors/factor-repository.ts';
import { SecondFactorCheck } from './second-factors/second-factor-check.ts';
import { SecondFactorGate } from './second-factors/second-factor-gate.ts';
import { SessionService } from './session-service.ts';
import { SignIn } from './sign-in.ts';
import { SignInBackoff } from './sign-in-backoff.ts';
import { openSigningSecret } from './signing-secret.ts';
import { SqlSessionRepository } from './sql-session-repository.ts';
import { SqlUserRepository } from './sql-user-repository.ts';
import { UserService } from './user-service.ts';

/** The caller starts `sessions`, and loads `secondFactorGate`. */
export async function openUsers(deps: {
  config: Config;
  database: Database;
  bus: EventBus;
  clock: Clock;
  guard: TrustedClock;
  log: Logger;
  box: SecretBox;
  accessKeys: ConstructorParameters<typeof UserService>[0]['accessKeys'];
}) {
  const { config, database, bus, clock, guard, box, accessKeys } = deps;
  const users = new SqlUserRepository(database);
  const passwords = new PasswordHasher();
  const secret = await openSigningSecret(config.dataDir, config.jwtSecret);
  const tokens = new AccessTokens({ secret, lifetimeSeconds: config.accessTokenSeconds, clock });
  const backoff = new SignInBackoff(clock, (attempt) => bus.publish({ kind: 'sign_in', ...attempt }));
  const known = new KnownSources(database);
  const check = new PasswordCheck(passwords, backoff);
  const factors = new FactorRepository(database);
  const challenges = new ChallengeStore(database);
  const secondFactorGate = new SecondFactorGate({ factors, policy: new FactorPolicyRepository(database), bus });
  const secondFactors = new SecondFactorCheck({ factors, challenges, box, clock });
  const repository = new SqlSessionRepository(database);
  const sessions = new SessionService({
    ...{ users, tokens, bus, clock, guard, known, sessions: repository, secondFactors, gate: secondFactorGate },
    refreshTokenSeconds: config.refreshTokenSeconds,
  });
  const passwordSignIns = new PasswordSignIns(users, config.oidc?.only === true);
  const signIn = new SignIn({ passwordSignIns, users, known, passwords: check, backoff, secondFactors, sessions });
  const enrolment = new FactorEnrolment({ factors, challenges, gate: secondFactorGate, box, sessions, clock });
  const ownPassword = new OwnPassword({ users, sessions, repository, check, passwords, clock });
  const { allowRegistration, environment } = config;
  const needsAdmission = environment === 'production';
  const accounts = new UserService({ users, sessions, passwords, accessKeys, allowRegistration, needsAdmission });
  const passwordLinks = new PasswordLinks({ database, users, sessions, passwords, clock });
  const oidc = openOidc({ ...deps, users, accounts, sessions, secret, passwordSignIns });
  const ofSecondFactors = { signIn, secondFactorGate, secondFactors, enrolment };
  return { users, passwords, backoff, sessions, accounts, passwordLinks, ownPassword, oidc, ...ofSecondFactors };
}
