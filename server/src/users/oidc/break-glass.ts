// Who signs in with a password where everybody else uses OpenID Connect.

import { NO_PASSWORD, type UserRecord, type UserRepository } from '../user-repository.ts';

type Candidate = Pick<UserRecord, 'passwordHash' | 'isActive' | 'isBreakGlass' | 'role'>;

/**
 * The accounts that Management has named. While none of them is an active Management account, every active Management account with a
 * password counts, so that there is always a way in when the provider does not work.
 */
export function isBreakGlass(user: Candidate, all: readonly Candidate[]): boolean {
  if (!hasPassword(user)) return false;
  const managers = all.filter((each) => hasPassword(each) && each.role === 'Management');
  return user.isBreakGlass || (user.role === 'Management' && !managers.some((each) => each.isBreakGlass));
}

const hasPassword = (user: Candidate) => user.isActive && user.passwordHash !== NO_PASSWORD;

/** Decides about sign-ins with a password. */
export class PasswordSignIns {
  readonly #users: Pick<UserRepository, 'all'>;
  /** OIDC_ONLY. */
  readonly #isBreakGlassOnly: boolean;

  constructor(users: Pick<UserRepository, 'all'>, isBreakGlassOnly: boolean) {
    this.#users = users;
    this.#isBreakGlassOnly = isBreakGlassOnly;
  }

  /** The action of the audit entry for a sign-in with a password. */
  get action(): 'session.login' | 'session.break_glass' {
    return this.#isBreakGlassOnly ? 'session.break_glass' : 'session.login';
  }

  async permits(user: UserRecord): Promise<boolean> {
    return !this.#isBreakGlassOnly || isBreakGlass(user, await this.#users.all());
  }
}
