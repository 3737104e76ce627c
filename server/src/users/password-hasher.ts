// Password hashes: bcrypt with cost 12, off the event loop and never more than a few at once.

import { hash, verify } from '@node-rs/bcrypt';
import { AppError } from '../errors.ts';

const COST = 12;
/** bcrypt reads this many bytes of a password and silently drops the rest. */
const BCRYPT_MAX_BYTES = 72;
/** Of the machine's cores, so that a flood of sign-ins leaves the rest to ingest. */
const AT_ONCE = 1;
const MAX_WAITING = 100;
/** A hash that no password matches: checking it takes as long as checking a real one. */
const NOBODYS_HASH = '$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZQ9bX2mIv0Y3b1m0ZrKZQvYjX9C6a2';

export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws AppError `validation_failed` for a password that bcrypt would cut, `busy` where too many wait */
  async hash(password: string): Promise<string> {
    if (Buffer.byteLength(password) > BCRYPT_MAX_BYTES) {
      throw new AppError('validation_failed', `A password must be at most ${BCRYPT_MAX_BYTES} bytes long`);
    }
    // $2y$ and $2b$ name the same algorithm; $2b$ is the name that every library reads.
    return (await this.#inTurn(() => hash(password, COST))).replace(/^\$2y\$/, '$2b$');
  }

  /**
   * Takes the same time whether `passwordHash` is null (no such user) or not. `turn` is called right before and right
   * after the check, with no other check in between; what `before` throws is the answer. Rejects with `busy`.
   */
  async matches(
    password: string,
    passwordHash: string | null,
    turn: { before(): void; after(matches: boolean): void } = { before: () => {}, after: () => {} },
  ): Promise<boolean> {
    const fits = Buffer.byteLength(password) <= BCRYPT_MAX_BYTES && !password.includes('\u0000');
    return this.#inTurn(async () => {
      turn.before();
      const matched = await verify(fits ? password : '', passwordHash ?? NOBODYS_HASH);
      const matches = matched && fits && passwordHash !== null;
      turn.after(matches);
      return matches;
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new AppError('busy', 'Too many sign-ins at once', { retryAfterSeconds: 5 });
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
