// Creates the parts of sign-in with OpenID Connect.

import type { User } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../database/database.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { SessionService } from '../session-service.ts';
import type { UserRepository } from '../user-repository.ts';
import type { UserService } from '../user-service.ts';
import { userView } from '../user-view.ts';
import type { PasswordSignIns } from './break-glass.ts';
import { OidcAccounts } from './oidc-accounts.ts';
import { OidcProvider } from './oidc-provider.ts';
import { OidcRepository } from './oidc-repository.ts';
import { OidcSignIn } from './oidc-sign-in.ts';
import { SignInCookie } from './sign-in-cookie.ts';

export interface OpenedOidc {
  /** null where OIDC_ISSUER is not set. */
  readonly signIn: OidcSignIn | null;
  readonly repository: Pick<OidcRepository, 'rules' | 'replaceRules' | 'refusals'>;
  readonly passwordSignIns: PasswordSignIns;
  /** Links the person of a refusal with the account of the same name, whose sessions end. Rejects as `OidcRepository.linkRefused`. */
  link(refusalId: string): Promise<User>;
}

export function openOidc(deps: {
  config: Config;
  database: Database;
  users: UserRepository;
  accounts: UserService;
  sessions: Pick<SessionService, 'endAllOf'>;
  secret: Uint8Array;
  passwordSignIns: PasswordSignIns;
  clock: Clock;
  log: Logger;
}): OpenedOidc {
  const { config, users, accounts, sessions, clock, log } = deps;
  const repository = new OidcRepository(deps.database);
  const ofPeople = new OidcAccounts({ repository, users, accounts, clock });
  const cookie = new SignInCookie(deps.secret, clock);
  const settings = config.oidc;
  return {
    signIn:
      settings === null
        ? null
        : new OidcSignIn({
            ...{ repository, users, cookie, clock, accounts: ofPeople },
            provider: new OidcProvider(settings, clock, log),
          }),
    repository,
    passwordSignIns: deps.passwordSignIns,
    async link(refusalId) {
      const userId = await repository.linkRefused(refusalId, clock.nowMs());
      await sessions.endAllOf(userId, 'password_changed');
      const user = await users.byId(userId);
      if (user === null) throw new AppError('not_found');
      return userView(user);
    },
  };
}
