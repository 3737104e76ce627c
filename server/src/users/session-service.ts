// Sign-in, refresh of tokens, and the end of sessions.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Session, SignInMethod, User } from '@gonsters/contract';
import type { Clock, TrustedClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { AccessTokens, Principal } from './access-tokens.ts';
import type { KnownSources, SignInOrigin } from './known-sources.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { refuseWeakPassword } from './password-policy.ts';
import type { SignInBackoff, SignInSource } from './sign-in-backoff.ts';
import type { SessionRepository, UserRecord, UserRepository } from './user-repository.ts';
import { userView } from './user-view.ts';

const PRUNE_EVERY_MS = 3_600_000;
/** The id of no user. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface SessionServiceDeps {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: AccessTokens;
  passwords: PasswordHasher;
  backoff: SignInBackoff;
  known: KnownSources;
  bus: EventBus;
  clock: Clock;
  /** Decides when expired sessions may be deleted. */
  guard: TrustedClock;
  refreshTokenSeconds: number;
}

export class SessionService {
  readonly #deps: SessionServiceDeps;
  /**
   * Ended sessions whose access tokens may still be valid, with the time (UTC ms) at which the last one expires. A copy of
   * what the database holds, since every request looks here.
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
      // A failure is repaired by the next run. Several nodes may run it at the same time.
      this.#prune().catch(() => {});
    }, PRUNE_EVERY_MS);
    this.#timer.unref();
  }

  /** Reads the sessions that other nodes have ended. @returns the ids that were not known on this node */
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

  /**
   * `login` is a user name or an e-mail address. Rejects with `invalid_credentials`, `not_admitted`, `too_many_attempts` or `busy`.
   */
  async login(login: string, password: string, origin: SignInOrigin): Promise<Session> {
    const { users, known, clock } = this.#deps;
    const user = await users.byLogin(login);
    // Failures count for the account, whichever of its two names is used.
    const account = user?.id ?? login;
    const source = await known.sourceOf(user?.id ?? NOBODY, origin);
    const matches = await this.#tryPassword(account, source, password, user?.isActive ? user.passwordHash : null);
    if (user === null || !matches) throw new AppError('invalid_credentials');
    if (!user.isAdmitted) throw new AppError('not_admitted');
    const nowMs = clock.nowMs();
    const sessionId = randomUUID();
    const refresh = this.#newRefreshToken();
    await this.#deps.sessions.begin({ id: sessionId, userId: user.id, ...refresh.stored });
    // If the user was deactivated or got a new password while bcrypt ran, this session was not among those that ended.
    const current = await users.byId(user.id);
    if (current === null || !current.isActive || current.passwordHash !== user.passwordHash) {
      await this.#deps.sessions.end(sessionId, nowMs);
      throw new AppError('invalid_credentials');
    }
    await users.recordLogin(user.id, nowMs);
    await known.remember(user.id, origin, nowMs);
    return this.#session({ ...current, lastLoginMs: nowMs }, sessionId, refresh.token);
  }

  /** Begins a session of a user who has proved to be that user. Rejects with `invalid_credentials` if the user was deactivated. */
  async open(user: UserRecord, origin: SignInOrigin, _method: SignInMethod): Promise<Session> {
    const nowMs = this.#deps.clock.nowMs();
    const sessionId = randomUUID();
    const refresh = this.#newRefreshToken();
    await this.#deps.sessions.begin({ id: sessionId, userId: user.id, ...refresh.stored });
    await this.#deps.users.recordLogin(user.id, nowMs);
    await this.#deps.known.remember(user.id, origin, nowMs);
    return this.#session({ ...user, lastLoginMs: nowMs }, sessionId, refresh.token);
  }

  /**
   * Exchanges a refresh token for a new pair of tokens. Rejects with `token_revoked` if the token was used before; its session
   * ends then, because one of the two holders may have stolen it (RFC 9700 §4.14.2). Rejects with `unauthenticated` if the
   * token is not valid.
   */
  async refresh(refreshToken: string): Promise<Session> {
    const refresh = this.#newRefreshToken();
    const rotation = await this.#deps.sessions.rotate(hashOf(refreshToken), refresh.stored);
    if (rotation.outcome === 'unknown')
      throw new AppError('unauthenticated', 'The refresh token is not valid; sign in again');
    if (rotation.outcome === 'reused') {
      this.#publishEnd([rotation.sessionId], 'token_revoked');
      throw new AppError('token_revoked', 'The refresh token was used before; sign in again');
    }
    const user = await this.#deps.users.byId(rotation.userId);
    if (user === null || !user.isActive) throw new AppError('token_revoked');
    return this.#session(user, rotation.sessionId, refresh.token);
  }

  async logout(principal: Principal): Promise<void> {
    await this.#deps.sessions.end(principal.sessionId, this.#deps.clock.nowMs());
    this.#publishEnd([principal.sessionId], 'signed_out');
  }

  /** Rejects with `unauthenticated`, `token_expired` or `token_revoked`. */
  async verify(accessToken: string): Promise<Principal> {
    const principal = await this.#deps.tokens.read(accessToken);
    if (this.#ended.has(principal.sessionId)) throw new AppError('token_revoked');
    return principal;
  }

  /**
   * Ends every other session of the user. Rejects with `validation_failed` if `current` is wrong or `next` may not be used, or
   * `too_many_attempts`.
   */
  async changePassword(principal: Principal, current: string, next: string): Promise<void> {
    const { users, passwords } = this.#deps;
    const user = await users.byId(principal.userId);
    // Whoever guesses from elsewhere does not keep a signed-in user from changing the password.
    const source = { kind: 'device', device: `session ${principal.sessionId}` } as const;
    if (user === null || !(await this.#tryPassword(user.id, source, current, user.passwordHash))) {
      throw new AppError('validation_failed', 'The current password is wrong', {
        faults: [{ field: 'current_password', error: 'current_password is wrong' }],
      });
    }
    await refuseWeakPassword('new_password', next, user);
    await users.setPassword(user.id, await passwords.hash(next));
    await this.endAllOf(user.id, 'password_changed', principal.sessionId);
  }

  /** Ends the sessions of a user and disconnects their live clients. `reason` is published with the event. */
  async endAllOf(userId: string, reason: string, exceptSessionId: string | null = null): Promise<void> {
    const ended = await this.#deps.sessions.endAllOf(userId, exceptSessionId, this.#deps.clock.nowMs());
    this.#publishEnd(ended, reason);
  }

  /** Rejects with `token_revoked` if the user has been deleted. */
  async userOf(principal: Principal): Promise<User> {
    const user = await this.#deps.users.byId(principal.userId);
    if (user === null) throw new AppError('token_revoked');
    return userView(user);
  }

  /**
   * Whether the password is right. The backoff is checked again directly before the password: attempts that are sent at the
   * same moment are delayed like attempts one after the other, as soon as enough of them have failed.
   */
  async #tryPassword(
    account: string,
    source: SignInSource,
    password: string,
    passwordHash: string | null,
  ): Promise<boolean> {
    const { passwords, backoff } = this.#deps;
    const refuseTooMany = () => {
      const waitMs = backoff.waitMs(account, source);
      if (waitMs === 0) return;
      throw new AppError('too_many_attempts', undefined, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    };
    refuseTooMany();
    return passwords.matches(password, passwordHash, {
      before: refuseTooMany,
      after: (isRight) => (isRight ? backoff.recordSuccess(account, source) : backoff.recordFailure(account, source)),
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

  /** 256 random bits, which cannot be guessed, so that a fast hash is enough. */
  #newRefreshToken(): { token: string; stored: { tokenHash: string; expiresAtMs: number; nowMs: number } } {
    const token = randomBytes(32).toString('base64url');
    const nowMs = this.#deps.clock.nowMs();
    return {
      token,
      stored: { tokenHash: hashOf(token), expiresAtMs: nowMs + this.#deps.refreshTokenSeconds * 1000, nowMs },
    };
  }

  #publishEnd(sessionIds: readonly string[], reason: string): void {
    if (sessionIds.length === 0) return;
    this.#remember(sessionIds);
    this.#deps.bus.publish({ kind: 'sessions_ended', sessionIds, reason });
  }

  #remember(sessionIds: readonly string[]): void {
    const untilMs = this.#deps.clock.nowMs() + this.#accessLifetimeMs();
    for (const id of sessionIds) this.#ended.set(id, untilMs);
  }

  async #prune(): Promise<void> {
    // While the clock may be wrong nothing is deleted: an ended session that is deleted too early would be valid again.
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
