// Sign-in, the tokens that come of it, and their end.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Session, User } from '@gonsters/contract';
import type { Clock, TrustedClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { AccessTokens, Principal } from './access-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { SignInBackoff } from './sign-in-backoff.ts';
import type { SessionRepository, UserRecord, UserRepository } from './user-repository.ts';
import { userView } from './user-view.ts';

const PRUNE_EVERY_MS = 3_600_000;

export interface SessionServiceDeps {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: AccessTokens;
  passwords: PasswordHasher;
  backoff: SignInBackoff;
  bus: EventBus;
  clock: Clock;
  /** Decides which sessions are so old that they can be forgotten. */
  guard: TrustedClock;
  refreshTokenSeconds: number;
}

export class SessionService {
  readonly #deps: SessionServiceDeps;
  /**
   * Ended sessions whose access tokens have not expired yet, with the moment after which they must have. The database
   * holds the same; this is what every request asks.
   */
  readonly #ended = new Map<string, number>();
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: SessionServiceDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { sessions, bus, clock } = this.#deps;
    this.#unsubscribe = bus.subscribe((event) => {
      if (event.kind === 'sessions_ended') this.#remember(event.sessionIds);
    });
    this.#remember(await sessions.endedSince(clock.nowMs() - this.#accessLifetimeMs()));
    this.#timer = setInterval(() => {
      // A database that cannot do it now does it an hour later. On several nodes each does it: twice is harmless.
      this.#prune().catch(() => {});
    }, PRUNE_EVERY_MS);
    this.#timer.unref();
  }

  /** Takes over which sessions other nodes have ended. @returns those that were not known here */
  async reload(): Promise<string[]> {
    const { sessions, clock } = this.#deps;
    const ended = await sessions.endedSince(clock.nowMs() - this.#accessLifetimeMs());
    const fresh = ended.filter((id) => !this.#ended.has(id));
    this.#remember(fresh);
    return fresh;
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Rejects with `invalid_credentials`, or `too_many_attempts` per address and per account (backoff, no lockout). */
  async login(login: string, password: string, ip: string): Promise<Session> {
    const { users, clock } = this.#deps;
    const user = await users.byLogin(login);
    // By whichever of the two names: it is the same account that is tried.
    const account = user?.id ?? login;
    const tried = await this.#tryPassword(account, ip, password, user?.isActive ? user.passwordHash : null);
    if (user === null || !tried) throw new AppError('invalid_credentials');
    const nowMs = clock.nowMs();
    const sessionId = randomUUID();
    const refresh = this.#newRefreshToken();
    await this.#deps.sessions.begin({ id: sessionId, userId: user.id, ...refresh.stored });
    // Whoever was switched off or got a new password while bcrypt was at work had no session to end at that moment.
    const current = await users.byId(user.id);
    if (current === null || !current.isActive || current.passwordHash !== user.passwordHash) {
      await this.#deps.sessions.end(sessionId, nowMs);
      throw new AppError('invalid_credentials');
    }
    await users.recordLogin(user.id, nowMs);
    return this.#session({ ...current, lastLoginMs: nowMs }, sessionId, refresh.token);
  }

  /**
   * Spends a refresh token for a new pair. Rejects with `token_revoked` where it was spent before (its session ends:
   * one of the two who have it is a thief, RFC 9700 §4.14.2) and with `unauthenticated` where there is no such token.
   */
  async refresh(refreshToken: string): Promise<Session> {
    const refresh = this.#newRefreshToken();
    const rotation = await this.#deps.sessions.rotate(hashOf(refreshToken), refresh.stored);
    if (rotation.outcome === 'unknown') throw new AppError('unauthenticated', 'No valid refresh token was sent');
    if (rotation.outcome === 'reused') {
      this.#announceEnd([rotation.sessionId], 'token_revoked');
      throw new AppError('token_revoked', 'This refresh token was used before; sign in again');
    }
    const user = await this.#deps.users.byId(rotation.userId);
    if (user === null || !user.isActive) throw new AppError('token_revoked');
    return this.#session(user, rotation.sessionId, refresh.token);
  }

  async logout(principal: Principal): Promise<void> {
    await this.#deps.sessions.end(principal.sessionId, this.#deps.clock.nowMs());
    this.#announceEnd([principal.sessionId], 'signed_out');
  }

  /** Rejects with `unauthenticated`, `token_expired`, `token_revoked`. */
  async verify(accessToken: string): Promise<Principal> {
    const principal = await this.#deps.tokens.read(accessToken);
    if (this.#ended.has(principal.sessionId)) throw new AppError('token_revoked');
    return principal;
  }

  /** Rejects with `validation_failed` where `current` is wrong, `too_many_attempts`. Ends every other session of the user. */
  async changePassword(principal: Principal, current: string, next: string, ip: string): Promise<void> {
    const { users, passwords } = this.#deps;
    const user = await users.byId(principal.userId);
    if (user === null || !(await this.#tryPassword(user.id, ip, current, user.passwordHash))) {
      throw new AppError('validation_failed', 'The current password is wrong', {
        faults: [{ field: 'current_password', error: 'Is wrong' }],
      });
    }
    await users.setPassword(user.id, await passwords.hash(next));
    await this.endAllOf(user.id, 'password_changed', principal.sessionId);
  }

  /** Ends the sessions of a user, sockets included. */
  async endAllOf(userId: string, reason: string, exceptSessionId: string | null = null): Promise<void> {
    const ended = await this.#deps.sessions.endAllOf(userId, exceptSessionId, this.#deps.clock.nowMs());
    this.#announceEnd(ended, reason);
  }

  /** Rejects with `token_revoked` where the user is gone. */
  async userOf(principal: Principal): Promise<User> {
    const user = await this.#deps.users.byId(principal.userId);
    if (user === null) throw new AppError('token_revoked');
    return userView(user);
  }

  /**
   * Whether the password is right, counted where it is not. The backoff is asked once more when it is this try's turn:
   * many wrong ones sent at the same moment are slowed down like many in a row, many right ones are not.
   */
  async #tryPassword(account: string, ip: string, password: string, passwordHash: string | null): Promise<boolean> {
    const { passwords, backoff } = this.#deps;
    const refuseTooMany = () => {
      const waitMs = backoff.waitMs(account, ip);
      if (waitMs === 0) return;
      throw new AppError('too_many_attempts', undefined, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    };
    refuseTooMany();
    return passwords.matches(password, passwordHash, {
      before: refuseTooMany,
      after: (matches) => (matches ? backoff.succeeded(account) : backoff.failed(account, ip)),
    });
  }

  async #session(user: UserRecord, sessionId: string, refreshToken: string): Promise<Session> {
    const { tokens } = this.#deps;
    return {
      status: 'success',
      access_token: await tokens.sign(user, sessionId),
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: tokens.lifetimeSeconds,
      user: userView(user),
    };
  }

  /** 256 random bits: only their hash is stored, and there is nothing to guess, so a fast hash will do. */
  #newRefreshToken(): { token: string; stored: { tokenHash: string; expiresAtMs: number; nowMs: number } } {
    const token = randomBytes(32).toString('base64url');
    const nowMs = this.#deps.clock.nowMs();
    return {
      token,
      stored: { tokenHash: hashOf(token), expiresAtMs: nowMs + this.#deps.refreshTokenSeconds * 1000, nowMs },
    };
  }

  #announceEnd(sessionIds: readonly string[], reason: string): void {
    if (sessionIds.length === 0) return;
    this.#remember(sessionIds);
    this.#deps.bus.publish({ kind: 'sessions_ended', sessionIds, reason });
  }

  #remember(sessionIds: readonly string[]): void {
    const untilMs = this.#deps.clock.nowMs() + this.#accessLifetimeMs();
    for (const id of sessionIds) this.#ended.set(id, untilMs);
  }

  async #prune(): Promise<void> {
    // An ended session that is forgotten too early would be let in again.
    const nowMs = this.#deps.guard.trustedNowMs();
    if (nowMs === null) return;
    for (const [id, untilMs] of this.#ended) if (untilMs < nowMs) this.#ended.delete(id);
    await this.#deps.sessions.prune(nowMs);
  }

  #accessLifetimeMs(): number {
    return this.#deps.tokens.lifetimeSeconds * 1000;
  }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
