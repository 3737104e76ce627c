// Sign-in, tokens and their end.

import type { Permission, Role, Session, User } from '@gonsters/contract';

/** Who makes a request, as its access token says. */
export interface Principal {
  userId: string;
  username: string;
  role: Role;
  permissions: readonly Permission[];
  sessionId: string;
  tokenId: string;
  expiresAtMs: number;
}

export declare class Sessions {
  start(): Promise<void>;
  stop(): void;
  /** Rejects with `invalid_credentials`, or `too_many_attempts` per address and per account (backoff, no lockout). */
  login(login: string, password: string, ip: string): Promise<Session>;
  /** Rejects with `token_revoked` (and ends the session where the token was spent before) or `unauthenticated`. */
  refresh(refreshToken: string): Promise<Session>;
  logout(principal: Principal): Promise<void>;
  /** Rejects with `unauthenticated`, `token_expired`, `token_revoked`. */
  verify(accessToken: string): Promise<Principal>;
  changePassword(principal: Principal, current: string, next: string): Promise<void>;
  /** Ends all sessions of a user, sockets included. */
  endAllOf(userId: string, reason: string): Promise<void>;
  userOf(principal: Principal): Promise<User>;
}
