// Links with which a person who lost the password sets a new one: used once, within a day, made by Management. Only the hash of
// the token is stored.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { AppError } from '../errors.ts';
import { hashOfToken } from '../token-hash.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { refuseWeakPassword } from './password-policy.ts';
import type { SessionService } from './session-service.ts';
import { NO_PASSWORD, type UserRecord, type UserRepository } from './user-repository.ts';

const VALID_MS = 86_400_000;
const TOKEN_BYTES = 32;

export class PasswordLinks {
  readonly #database: Database;
  readonly #users: UserRepository;
  readonly #sessions: Pick<SessionService, 'endAllOf'>;
  readonly #passwords: Pick<PasswordHasher, 'hash'>;
  readonly #clock: Clock;

  constructor(deps: {
    database: Database;
    users: UserRepository;
    sessions: Pick<SessionService, 'endAllOf'>;
    passwords: Pick<PasswordHasher, 'hash'>;
    clock: Clock;
  }) {
    this.#database = deps.database;
    this.#users = deps.users;
    this.#sessions = deps.sessions;
    this.#passwords = deps.passwords;
    this.#clock = deps.clock;
  }

  /** Makes a link, after which former ones of the user do not work any more. Rejects with `not_found`. */
  async create(userId: string, by: string): Promise<{ token: string; expiresAtMs: number; user: UserRecord }> {
    const user = await this.#users.byId(userId);
    if (user === null) throw new AppError('not_found', `No user with id ${userId} exists`);
    if (user.passwordHash === NO_PASSWORD) {
      throw new AppError('conflict', 'The account signs in with OpenID Connect and has no password');
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAtMs = this.#clock.nowMs() + VALID_MS;
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('password_links').where('user_id', '=', userId).execute();
      await transaction
        .insertInto('password_links')
        .values({ token_hash: hashOfToken(token), user_id: userId, created_by: by, expires_at: expiresAtMs })
        .execute();
    });
    return { token, expiresAtMs, user };
  }

  /**
   * Sets the password, and ends every session of the user. Rejects with `link_expired` for a link that is unknown, used or too old, and
   * with `validation_failed` for a password that may not be used; the link works again then.
   */
  async use(token: string, password: string): Promise<UserRecord> {
    const { db } = this.#database;
    const link = await db
      .selectFrom('password_links')
      .select('user_id')
      .where('token_hash', '=', hashOfToken(token))
      .where('expires_at', '>', this.#clock.nowMs())
      .executeTakeFirst();
    const user = link === undefined ? null : await this.#users.byId(link.user_id);
    if (user === null) throw new AppError('link_expired');
    await refuseWeakPassword('new_password', password, user);
    const passwordHash = await this.#passwords.hash(password);
    // Of two requests at the same moment one finds the link gone.
    const used = await db.deleteFrom('password_links').where('token_hash', '=', hashOfToken(token)).executeTakeFirst();
    if (used.numDeletedRows === 0n) throw new AppError('link_expired');
    await this.#users.setPassword(user.id, passwordHash);
    await this.#sessions.endAllOf(user.id, 'password_changed');
    return user;
  }
}
