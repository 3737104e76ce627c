// The ports to the stored users and their sessions.

import type { Role, SignInMethod, UserPatch } from '@gonsters/contract';

/** In place of a hash, of an account that signs in with OpenID Connect only. No password matches it. */
export const NO_PASSWORD = '';

/** A user as stored. Times are UTC ms. */
export interface UserRecord {
  id: string;
  username: string;
  email: string;
  /** bcrypt, `$2b$` with cost 12; or `NO_PASSWORD`. */
  passwordHash: string;
  role: Role;
  factoryId: string | null;
  department: string | null;
  isActive: boolean;
  /** false for an account that registered itself and that Management has not admitted: it cannot sign in. */
  isAdmitted: boolean;
  /** Signs in with its password where everybody else has to use OpenID Connect. */
  isBreakGlass: boolean;
  createdAtMs: number;
  lastLoginMs: number | null;
}
export type NewUser = Pick<UserRecord, 'username' | 'email' | 'passwordHash' | 'role' | 'factoryId' | 'department'> &
  Partial<Pick<UserRecord, 'isAdmitted'>>;

/**
 * User names and e-mail addresses are unique, compared without regard to case. Changes are durable when the promise
 * resolves. Every method rejects with `store_unavailable` while the database cannot be reached.
 */
export interface UserRepository {
  /** All users, ordered by user name. */
  all(): Promise<UserRecord[]>;
  byId(id: string): Promise<UserRecord | null>;
  /** By user name or e-mail address; the user name has precedence. */
  byLogin(login: string): Promise<UserRecord | null>;
  /** Rejects with `name_taken` or `email_taken`. */
  create(user: NewUser): Promise<UserRecord>;
  /** Rejects with `not_found`, and with `last_manager` if no active user with the role Management would be left. */
  update(id: string, patch: UserPatch): Promise<UserRecord>;
  /** Also ends the sessions of the user. Rejects with `not_found` or `last_manager`. */
  delete(id: string): Promise<void>;
  /** Does nothing if the user does not exist. */
  setPassword(id: string, passwordHash: string): Promise<void>;
  /** Does nothing if the user does not exist. */
  recordLogin(id: string, atMs: number): Promise<void>;
}

/** An open session. `lastUsedMs` is when its tokens were last renewed, null if never. */
export interface SessionRecord {
  id: string;
  method: SignInMethod;
  /** From where it was begun; null in sessions of an older version. */
  address: string | null;
  userAgent: string | null;
  createdAtMs: number;
  lastUsedMs: number | null;
}

/**
 * A session is one sign-in, with all refresh tokens that follow from it. Ending it ends every access token that carries
 * its id. Only SHA-256 hashes of refresh tokens are stored. Times are UTC ms. Changes are durable when the promise resolves.
 * Every method rejects with `store_unavailable` while the database cannot be reached.
 */
export interface SessionRepository {
  begin(
    session: { id: string; userId: string; tokenHash: string; expiresAtMs: number; nowMs: number } & Pick<
      SessionRecord,
      'method' | 'address' | 'userAgent'
    >,
  ): Promise<void>;
  /**
   * Replaces a refresh token by the next one, in one transaction. `reused` means that the token was replaced before, and
   * that its session has been ended for that reason. `unknown` means that the token does not exist or has expired, or that
   * its session has ended.
   */
  rotate(
    tokenHash: string,
    next: { tokenHash: string; expiresAtMs: number; nowMs: number },
  ): Promise<
    { outcome: 'rotated' | 'reused'; sessionId: string; userId: string; method: SignInMethod } | { outcome: 'unknown' }
  >;
  /** Does nothing if the session has ended already or does not exist. */
  end(sessionId: string, nowMs: number): Promise<void>;
  /** The sessions of a user that have neither ended nor expired, the one that was used last first. */
  ofUser(userId: string, nowMs: number): Promise<SessionRecord[]>;
  /** Ends all sessions of a user except one; resolves with the ids of those that were open. */
  endAllOf(userId: string, exceptSessionId: string | null, nowMs: number): Promise<string[]>;
  /** Ids of the sessions that ended after `sinceMs`, whose access tokens may still be valid. */
  endedSince(sinceMs: number): Promise<string[]>;
  /** Deletes sessions whose tokens have all expired, and replaced refresh tokens that have expired. */
  prune(nowMs: number): Promise<void>;
}
