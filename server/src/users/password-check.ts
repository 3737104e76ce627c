// Whether a password is right, with the delays after wrong ones.

import { AppError } from '../errors.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { SignInBackoff, SignInSource } from './sign-in-backoff.ts';

export class PasswordCheck {
  readonly #passwords: PasswordHasher;
  readonly #backoff: SignInBackoff;

  constructor(passwords: PasswordHasher, backoff: SignInBackoff) {
    this.#passwords = passwords;
    this.#backoff = backoff;
  }

  /**
   * The backoff is checked again directly before the password: attempts that are sent at the same moment are delayed like attempts
   * one after the other, as soon as enough of them have failed. Rejects with `too_many_attempts` or `busy`.
   *
   * @param isFinal false where a second factor follows: a right password alone does not clear what was counted before
   */
  async matches(
    { account, source, isFinal }: { account: string; source: SignInSource; isFinal: boolean },
    password: string,
    passwordHash: string | null,
  ): Promise<boolean> {
    this.refuseTooMany(account, source);
    return this.#passwords.matches(password, passwordHash, {
      before: () => this.refuseTooMany(account, source),
      after: (isRight) => {
        if (!isRight) this.#backoff.recordFailure(account, source);
        else if (isFinal) this.#backoff.recordSuccess(account, source);
      },
    });
  }

  /** @throws AppError `too_many_attempts` */
  refuseTooMany(account: string, source: SignInSource): void {
    const waitMs = this.#backoff.waitMs(account, source);
    if (waitMs === 0) return;
    throw new AppError('too_many_attempts', undefined, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }
}
