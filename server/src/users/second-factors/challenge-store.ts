// What waits for a second factor: sign-ins whose password was right, and challenges for passkeys. In the database, so that the
// next request may reach another node. Only hashes of tokens are stored.

import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import { hashOfToken } from '../../token-hash.ts';

const VALID_MS = 5 * 60_000;
const TOKEN_BYTES = 32;

export interface Waiting {
  userId: string;
  /** Of a passkey, base64url; null where none was asked for, or it was used. */
  challenge: string | null;
  /** Of the password with which the sign-in began. */
  passwordMark: string;
}

export class ChallengeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(userId: string, passwordHash: string, nowMs: number): Promise<{ token: string; expiresAtMs: number }> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await this.#put(hashOfToken(token), { userId, challenge: null, passwordMark: hashOfToken(passwordHash) }, nowMs);
    return { token, expiresAtMs: nowMs + VALID_MS };
  }

  /** The sign-in of a token; null if there is none, or it is too old. */
  waiting(token: string, nowMs: number): Promise<Waiting | null> {
    return this.#read(hashOfToken(token), nowMs);
  }

  async setChallenge(token: string, challenge: string): Promise<void> {
    await this.#database.db
      .updateTable('second_factor_challenges')
      .set({ challenge })
      .where('token_hash', '=', hashOfToken(token))
      .execute();
  }

  /** Each challenge is tried once. @returns whether it still waited */
  async takeChallenge(token: string, challenge: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('second_factor_challenges')
      .set({ challenge: null })
      .where('token_hash', '=', hashOfToken(token))
      .where('challenge', '=', challenge)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Each token signs in once. @returns whether it still waited */
  async take(token: string): Promise<boolean> {
    return this.#delete(hashOfToken(token));
  }

  /** The challenge for a new passkey, one for each session. */
  async setForSession(sessionId: string, userId: string, challenge: string, nowMs: number): Promise<void> {
    const key = hashOfToken(`session ${sessionId}`);
    await this.#delete(key);
    await this.#put(key, { userId, challenge, passwordMark: '' }, nowMs);
  }

  async takeForSession(sessionId: string, nowMs: number): Promise<string | null> {
    const key = hashOfToken(`session ${sessionId}`);
    const waiting = await this.#read(key, nowMs);
    return waiting !== null && (await this.#delete(key)) ? waiting.challenge : null;
  }

  async prune(nowMs: number): Promise<void> {
    await this.#database.db.deleteFrom('second_factor_challenges').where('expires_at', '<=', nowMs).execute();
  }

  async #put(tokenHash: string, { userId, challenge, passwordMark }: Waiting, nowMs: number): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      // Whoever knows the password could otherwise fill the table.
      await transaction
        .deleteFrom('second_factor_challenges')
        .where('user_id', '=', userId)
        .where('expires_at', '<=', nowMs)
        .execute();
      const row = { user_id: userId, challenge, password_mark: passwordMark, expires_at: nowMs + VALID_MS };
      await transaction
        .insertInto('second_factor_challenges')
        .values({ token_hash: tokenHash, ...row })
        .execute();
    });
  }

  async #read(tokenHash: string, nowMs: number): Promise<Waiting | null> {
    const row = await this.#database.db
      .selectFrom('second_factor_challenges')
      .select(['user_id', 'challenge', 'password_mark'])
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', nowMs)
      .executeTakeFirst();
    return row ? { userId: row.user_id, challenge: row.challenge, passwordMark: row.password_mark } : null;
  }

  async #delete(tokenHash: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('second_factor_challenges')
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
}
