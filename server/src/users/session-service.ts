// Sessions: their begin, the refresh of their tokens, and their end.

import { randomBytes, randomUUID } from 'node:crypto';
import { isoTime, type Session, type SignInMethod, type User, type UserSession } from '@gonsters/contract';
import type { Clock, TrustedClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { hashOfToken } from '../token-hash.ts';
import type { AccessTokens, Principal } from './access-tokens.ts';
import type { KnownSources, SignInOrigin } from './known-sources.ts';
import type { SecondFactorCheck } from './second-factors/second-factor-check.ts';
import type { SecondFactorGate } from './second-factors/second-factor-gate.ts';
import type { SessionRepository, UserRecord, UserRepository } from './user-repository.ts';
import { userView } from './user-view.ts';

const PRUNE_EVERY_MS = 3_600_000;
const MAX_USER_AGENT = 300;

export interface SessionServiceDeps {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: AccessTokens;
  /** Forgets what has expired, together with the sessions. */
  secondFactors: Pick<SecondFactorCheck, 'prune'>;
  gate: Pick<SecondFactorGate, 'isRestricted' | 'stateOf'>;
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
   * Begins a session of a user who has proved who they are. Rejects with `invalid_credentials` if the user was deactivated or got a
   * new password since `user` was read.
   */
  async open(user: UserRecord, origin: SignInOrigin, method: SignInMethod): Promise<Session> {
    const { users, known, sessions, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const sessionId = randomUUID();
    const refresh = this.#newRefreshToken();
    const userAgent = origin.userAgent?.slice(0, MAX_USER_AGENT) ?? null;
    const described = { id: sessionId, userId: user.id, method, address: origin.address, userAgent };
    await sessions.begin({ ...described, ...refresh.stored });
    // What happened while bcrypt ran did not end this session, which did not exist yet.
    const current = await users.byId(user.id);
    if (current === null || !current.isActive || current.passwordHash !== user.passwordHash) {
      await sessions.end(sessionId, nowMs);
      throw new AppError('invalid_credentials');
    }
    await users.recordLogin(user.id, nowMs);
    await known.remember(user.id, origin, nowMs);
    return this.#session({ ...current, lastLoginMs: nowMs }, { id: sessionId, method }, refresh.token);
  }

  /**
   * Exchanges a refresh token for a new pair of tokens. Rejects with `token_revoked` if the token was used before; its session
   * ends then, because one of the two holders may have stolen it (RFC 9700 §4.14.2). Rejects with `unauthenticated` if the
   * token is not valid.
   */
  async refresh(refreshToken: string): Promise<Session> {
    const refresh = this.#newRefreshToken();
    const rotation = await this.#deps.sessions.rotate(hashOfToken(refreshToken), refresh.stored);
    if (rotation.outcome === 'unknown')
      throw new AppError('unauthenticated', 'The refresh token is not valid; sign in again');
    if (rotation.outcome === 'reused') {
      this.#publishEnd([rotation.sessionId], 'token_revoked');
      throw new AppError('token_revoked', 'The refresh token was used before; sign in again');
    }
    const user = await this.#deps.users.byId(rotation.userId);
    if (user === null || !user.isActive) throw new AppError('token_revoked');
    return this.#session(user, { id: rotation.sessionId, method: rotation.method }, refresh.token);
  }

  async logout(principal: Principal): Promise<void> {
    await this.#end(principal.sessionId, 'signed_out');
  }

  /** The open sessions of a user, the one that was used last first. `currentId` is the session that asks. */
  async list(userId: string, currentId: string): Promise<UserSession[]> {
    const sessions = await this.#deps.sessions.ofUser(userId, this.#deps.clock.nowMs());
    return sessions.map(({ id, method, address, userAgent, createdAtMs, lastUsedMs }) => ({
      ...{ id, created_at: isoTime(createdAtMs), last_used_at: isoTime(lastUsedMs ?? createdAtMs) },
      ...{ address, user_agent: userAgent, method, is_current: id === currentId },
    }));
  }

  /** Ends one session of a user. Rejects with `not_found` if the user has no such session. */
  async endOne(userId: string, sessionId: string): Promise<void> {
    const sessions = await this.#deps.sessions.ofUser(userId, this.#deps.clock.nowMs());
    if (!sessions.some(({ id }) => id === sessionId))
      throw new AppError('not_found', `No session with id ${sessionId} exists`);
    await this.#end(sessionId, 'ended_by_hand');
  }

  /** See `SecondFactorGate`. */
  isRestricted(principal: Pick<Principal, 'userId' | 'role' | 'method'>): boolean {
    return this.#deps.gate.isRestricted(principal);
  }

  /** Rejects with `unauthenticated`, `token_expired` or `token_revoked`. */
  async verify(accessToken: string): Promise<Principal> {
    const principal = await this.#deps.tokens.read(accessToken);
    if (this.#ended.has(principal.sessionId)) throw new AppError('token_revoked');
    return this.isRestricted(principal) ? { ...principal, isRestricted: true } : principal;
  }

  /** Ends the sessions of a user and disconnects their live clients. `reason` is published with the event. @returns how many */
  async endAllOf(userId: string, reason: string, exceptSessionId: string | null = null): Promise<number> {
    const ended = await this.#deps.sessions.endAllOf(userId, exceptSessionId, this.#deps.clock.nowMs());
    this.#publishEnd(ended, reason);
    return ended.length;
  }

  /** Rejects with `token_revoked` if the user has been deleted. */
  async userOf(principal: Principal): Promise<User> {
    const user = await this.#deps.users.byId(principal.userId);
    if (user === null) throw new AppError('token_revoked');
    return this.#view(user, principal.method);
  }

  async #session(
    user: UserRecord,
    { id, method }: { id: string; method: SignInMethod },
    refreshToken: string,
  ): Promise<Session> {
    const { tokens } = this.#deps;
    return {
      status: 'success',
      access_token: await tokens.sign(user, id, method),
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: tokens.lifetimeSeconds,
      user: this.#view(user, method),
    };
  }

  #view(user: UserRecord, method?: SignInMethod): User {
    return { ...userView(user), second_factor: this.#deps.gate.stateOf(user, method) };
  }

  async #end(sessionId: string, reason: string): Promise<void> {
    await this.#deps.sessions.end(sessionId, this.#deps.clock.nowMs());
    this.#publishEnd([sessionId], reason);
  }

  /** 256 random bits, which cannot be guessed, so that a fast hash is enough. */
  #newRefreshToken(): { token: string; stored: { tokenHash: string; expiresAtMs: number; nowMs: number } } {
    const token = randomBytes(32).toString('base64url');
    const nowMs = this.#deps.clock.nowMs();
    return {
      token,
      stored: { tokenHash: hashOfToken(token), expiresAtMs: nowMs + this.#deps.refreshTokenSeconds * 1000, nowMs },
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
    await this.#deps.secondFactors.prune(nowMs);
  }

  #accessLifetimeMs(): number {
    return this.#deps.tokens.lifetimeSeconds * 1000;
  }
}
