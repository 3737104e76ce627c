// Sign-in with a password, and with a second factor where the user has one.

import { isoTime, type Session, type SignInMethod } from '@gonsters/contract';
import { AppError } from '../errors.ts';
import type { KnownSources, SignInOrigin } from './known-sources.ts';
import type { PasswordSignIns } from './oidc/break-glass.ts';
import type { PasswordCheck } from './password-check.ts';
import type { SecondFactorAnswer, SecondFactorCheck } from './second-factors/second-factor-check.ts';
import type { SessionService } from './session-service.ts';
import type { SignInBackoff } from './sign-in-backoff.ts';
import type { UserRepository } from './user-repository.ts';

/** The id of no user. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Deps {
  users: UserRepository;
  known: KnownSources;
  passwords: PasswordCheck;
  passwordSignIns: PasswordSignIns;
  backoff: SignInBackoff;
  secondFactors: SecondFactorCheck;
  sessions: Pick<SessionService, 'open'>;
}

export class SignIn {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * `login` is a user name or an e-mail address. Rejects with `invalid_credentials`, `not_admitted`, `password_sign_in_off`, `too_many_attempts` or `busy`,
   * and with `second_factor_required` if the password is right and the user has a second factor.
   */
  async login(login: string, password: string, origin: SignInOrigin): Promise<Session> {
    const { users, known, passwords, passwordSignIns, secondFactors, sessions } = this.#deps;
    const user = await users.byLogin(login);
    // Failures count for the account, whichever of its two names is used.
    const account = user?.id ?? login;
    const source = await known.sourceOf(user?.id ?? NOBODY, origin);
    const methods = await secondFactors.methodsOf(user?.id ?? NOBODY);
    const attempt = { account, source, isFinal: methods.length === 0 };
    const matches = await passwords.matches(attempt, password, user?.isActive ? user.passwordHash || null : null);
    if (user === null || !matches) throw new AppError('invalid_credentials');
    if (!user.isAdmitted) throw new AppError('not_admitted');
    if (!(await passwordSignIns.permits(user))) throw new AppError('password_sign_in_off');
    if (methods.length === 0) return sessions.open(user, origin, 'password');
    const { token, expiresAtMs } = await secondFactors.begin(user, methods);
    const shown = { second_factor: { token, expires_at: isoTime(expiresAtMs), methods } };
    throw new AppError('second_factor_required', undefined, { shown });
  }

  /**
   * Completes a sign-in. Wrong answers are delayed as wrong passwords are. Rejects with `invalid_second_factor`,
   * `second_factor_expired` or `too_many_attempts`, and with `conflict` where the second factor cannot be checked.
   */
  async secondFactor(
    token: string,
    answer: SecondFactorAnswer,
    origin: SignInOrigin,
  ): Promise<{ session: Session; method: SignInMethod }> {
    const { users, known, passwords, backoff, secondFactors, sessions } = this.#deps;
    const waiting = await secondFactors.waiting(token);
    const user = await users.byId(waiting.userId);
    if (user === null || !secondFactors.isCurrent(waiting, user)) throw new AppError('second_factor_expired');
    const source = await known.sourceOf(user.id, origin);
    const method = await secondFactors.verify(token, waiting, answer, {
      before: () => passwords.refuseTooMany(user.id, source),
      wrong: () => backoff.recordFailure(user.id, source),
    });
    if (method === null) throw new AppError('invalid_second_factor');
    await secondFactors.complete(token);
    backoff.recordSuccess(user.id, source);
    return { session: await sessions.open(user, origin, method), method };
  }
}
