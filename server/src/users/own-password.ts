// What signed-in users do with their password: change it, and confirm with it what a stolen session must not be able to do.

import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Principal } from './access-tokens.ts';
import type { PasswordCheck } from './password-check.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { refuseWeakPassword } from './password-policy.ts';
import type { SessionService } from './session-service.ts';
import { NO_PASSWORD, type SessionRepository, type UserRecord, type UserRepository } from './user-repository.ts';

/** A sign-in counts as fresh this long. */
const FRESH_MS = 10 * 60_000;

interface Deps {
  users: UserRepository;
  sessions: Pick<SessionService, 'endAllOf'>;
  repository: Pick<SessionRepository, 'ofUser'>;
  check: PasswordCheck;
  passwords: Pick<PasswordHasher, 'hash'>;
  clock: Clock;
}

export class OwnPassword {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Ends every other session of the user. Rejects with `validation_failed` if `current` is wrong or `next` may not be used, or
   * `too_many_attempts`, and with `conflict` if the user has no password.
   */
  async change(principal: Principal, current: string, next: string): Promise<void> {
    const { users, passwords, sessions } = this.#deps;
    if ((await users.byId(principal.userId))?.passwordHash === NO_PASSWORD) {
      throw new AppError('conflict', 'The account signs in with OpenID Connect and has no password');
    }
    const user = await this.#refuseWrong(principal, 'current_password', current);
    await refuseWeakPassword('new_password', next, user);
    await users.setPassword(user.id, await passwords.hash(next));
    await sessions.endAllOf(user.id, 'password_changed', principal.sessionId);
  }

  /**
   * Confirms that the user is there. Rejects with `sign_in_again` where the sign-in is more than ten minutes ago and `password` is
   * missing, or the user has none; with `validation_failed` if it is wrong, and with `too_many_attempts`.
   */
  async confirm(principal: Principal, password: string | undefined): Promise<void> {
    const { repository, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const session = (await repository.ofUser(principal.userId, nowMs)).find(({ id }) => id === principal.sessionId);
    if (session === undefined) throw new AppError('token_revoked');
    if (nowMs - session.createdAtMs < FRESH_MS) return;
    if (session.method === 'oidc') throw new AppError('sign_in_again', 'Sign in again first');
    if (password === undefined) throw new AppError('sign_in_again');
    await this.#refuseWrong(principal, 'password', password);
  }

  async #refuseWrong(principal: Principal, field: string, password: string): Promise<UserRecord> {
    const user = await this.#deps.users.byId(principal.userId);
    // Whoever guesses from elsewhere does not keep a signed-in user from using the password.
    const source = { kind: 'device', device: `session ${principal.sessionId}` } as const;
    const attempt = { account: principal.userId, source, isFinal: true };
    if (user !== null && (await this.#deps.check.matches(attempt, password, user.passwordHash))) return user;
    throw new AppError('validation_failed', `The ${field.replace('_', ' ')} is wrong`, {
      faults: [{ field, error: `${field} is wrong` }],
    });
  }
}
