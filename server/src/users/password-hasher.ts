// Hashes and checks passwords with bcrypt (cost 12), off the event loop and one at a time.

import { hash, verify } from '@node-rs/bcrypt';
import { AppError } from '../errors.ts';

const COST = 12;
/** bcrypt reads this many bytes of a password and silently ignores the rest. */
const BCRYPT_MAX_BYTES = 72;
/** One core at most, so that a flood of sign-ins does not slow down ingest. */
const MAX_RUNNING = 1;
const MAX_WAITING = 100;
/** A hash that no password matches; checking it takes as long as checking a real one. */
const DUMMY_HASH = '$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZQ9bX2mIv0Y3b1m0ZrKZQvYjX9C6a2';

export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Rejects with `validation_failed` for a password longer than 72 bytes, and with `busy` if 100 calls wait already. */
  async hash(password: string): Promise<string> {
    if (Buffer.byteLength(password) > BCRYPT_MAX_BYTES) {
      throw new AppError('validation_failed', `The password must be at most ${BCRYPT_MAX_BYTES} bytes long`);
    }
    // $2y$ and $2b$ name the same algorithm; every library reads $2b$.
    return (await this.#inTurn(() => hash(password, COST))).replace(/^\$2y\$/, '$2b$');
  }

  /**
   * Takes the same time whether `passwordHash` is null (the user does not exist) or not. `turn` is called directly before and
   * after the check, with no other check in between; an error that `before` throws rejects the call. Rejects with `busy` if
   * 100 calls wait already.
   */
  async matches(
    password: string,
    passwordHash: string | null,
    turn: { before(): void; after(matches: boolean): void } = { before: () => {}, after: () => {} },
  ): Promise<boolean> {
    const fits = Buffer.byteLength(password) <= BCRYPT_MAX_BYTES && !password.includes('\u0000');
    return this.#inTurn(async () => {
      turn.before();
      const matched = await verify(fits ? password : '', passwordHash ?? DUMMY_HASH);
      const matches = matched && fits && passwordHash !== null;
      turn.after(matches);
      return matches;
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new AppError('busy', 'Too many users sign in at the moment; try again later', { retryAfterSeconds: 5 });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
