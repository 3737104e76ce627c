// The ports to the stored people and their sessions.

import type { Role, UserPatch } from '@gonsters/contract';

export interface UserRecord {
  id: string;
  username: string;
  email: string;
  /** bcrypt. */
  passwordHash: string;
  role: Role;
  factoryId: string | null;
  department: string | null;
  isActive: boolean;
  createdAtMs: number;
  lastLoginMs: number | null;
}
export type NewUser = Pick<UserRecord, 'username' | 'email' | 'passwordHash' | 'role' | 'factoryId' | 'department'>;

/** User names and e-mail addresses are unique, compared without regard to case. Times are UTC ms. */
export interface UserRepository {
  all(): Promise<UserRecord[]>;
  byId(id: string): Promise<UserRecord | null>;
  /** By user name or e-mail address. */
  byLogin(login: string): Promise<UserRecord | null>;
  /** Rejects with `name_taken`, `email_taken`. */
  create(user: NewUser): Promise<UserRecord>;
  /** Rejects with `not_found`, and with `last_manager` where no active Management user would be left. */
  update(id: string, patch: UserPatch): Promise<UserRecord>;
  /** Rejects with `not_found`, `last_manager`. */
  delete(id: string): Promise<void>;
  /** Like `recordLogin` it changes nothing where there is no such user. */
  setPassword(id: string, passwordHash: string): Promise<void>;
  recordLogin(id: string, atMs: number): Promise<void>;
}

/**
 * A session is one sign-in: the family of refresh tokens that grew from it. Ending it ends every access token that
 * carries its id. Only SHA-256 hashes of refresh tokens are stored.
 */
export interface SessionRepository {
  begin(session: { id: string; userId: string; tokenHash: string; expiresAtMs: number; nowMs: number }): Promise<void>;
  /**
   * Spends a refresh token and puts the next one in its place, in one transaction. `reused`: it was spent before, and
   * the whole session has now been ended. `unknown`: no such token, or the session is over or expired.
   */
  rotate(
    tokenHash: string,
    next: { tokenHash: string; expiresAtMs: number; nowMs: number },
  ): Promise<{ outcome: 'rotated' | 'reused'; sessionId: string; userId: string } | { outcome: 'unknown' }>;
  end(sessionId: string, nowMs: number): Promise<void>;
  /** Ends all sessions of a user but one; returns the ids of those that were open. */
  endAllOf(userId: string, exceptSessionId: string | null, nowMs: number): Promise<string[]>;
  /** Ids of ended sessions whose access tokens may not have expired yet (ended after `sinceMs`). */
  endedSince(sinceMs: number): Promise<string[]>;
  /** Forgets sessions whose tokens have all expired. */
  prune(nowMs: number): Promise<void>;
}
