// The session of the signed-in user: the access token in memory, the refresh token in storage, rotated with every use.

import type { Session as SessionReply, User } from '@gonsters/contract';
import { ApiError, type Send } from './send.ts';
import { withTabLock } from './tab-lock.ts';

const KEY = 'gonsters.session';
/** Carries the access token over a reload of this tab, and is emptied at once. */
const HANDOVER_KEY = 'gonsters.handover';
/** A token this close to its end is made new before it is used. */
const RENEW_BEFORE_MS = 60_000;

export type SessionState =
  | { readonly phase: 'starting' }
  /** `ended` where it was not the user's wish. */
  | { readonly phase: 'signed-out'; readonly ended: boolean }
  | { readonly phase: 'signed-in'; readonly user: User }
  /** There is a session, but the server cannot be asked about it. */
  | { readonly phase: 'unreachable' };

/** What one visit of a tab leaves to the next. */
interface Handover {
  accessToken: string | null;
  expiresMs: number;
  refreshToken: string | null;
  user: User;
}

export class Session {
  readonly #send: Send;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { phase: 'starting' };
  #accessToken: string | null = null;
  #expiresMs = 0;
  #renewing: Promise<string | null> | null = null;

  constructor(send: Send) {
    this.#send = send;
  }

  get state(): SessionState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Takes up the session of an earlier visit, if there is one. */
  async start(): Promise<void> {
    window.addEventListener('storage', this.#onStorage);
    window.addEventListener('pagehide', this.#onPageHide);
    if (this.#takeHandover()) return;
    if (localStorage.getItem(KEY) === null) {
      this.#become({ phase: 'signed-out', ended: false });
      return;
    }
    await this.retry();
  }

  stop(): void {
    window.removeEventListener('storage', this.#onStorage);
    window.removeEventListener('pagehide', this.#onPageHide);
  }

  /** After `unreachable`: asks again. */
  async retry(): Promise<void> {
    try {
      await this.token(true);
    } catch {
      if (this.#state.phase === 'starting') this.#become({ phase: 'unreachable' });
    }
  }

  /** A request without a session, such as those that begin one. Rejects with an ApiError. */
  readonly ask: Send = (request) => this.#send(request);

  /** Takes up the session that the server answered with. */
  begin(reply: SessionReply): void {
    this.#take(reply);
  }

  async signOut(): Promise<void> {
    const token = this.#accessToken;
    this.#end(false);
    // Without an answer the tokens run out by themselves; the user is signed out here either way.
    await this.#send({ method: 'POST', path: '/auth/logout', token }).catch(() => undefined);
  }

  /**
   * A token that is valid for a while, null where no user is signed in. With `renew` a new one in any case. Rejects with
   * an ApiError where it needs to be made new and the server does not answer.
   */
  async token(renew: boolean): Promise<string | null> {
    if (!renew && this.#accessToken !== null && Date.now() < this.#expiresMs - RENEW_BEFORE_MS)
      return this.#accessToken;
    this.#renewing ??= withTabLock(() => this.#renew()).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renew(): Promise<string | null> {
    // Read inside the lock: another tab may have spent the one that this tab knew.
    const refreshToken = localStorage.getItem(KEY);
    if (refreshToken === null) {
      if (this.#state.phase !== 'signed-out') this.#end(true);
      return null;
    }
    try {
      const reply = await this.#send({ method: 'POST', path: '/auth/refresh', token: refreshToken });
      return this.#take(reply as SessionReply);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      this.#end(true);
      return null;
    }
  }

  #take(reply: SessionReply): string {
    localStorage.setItem(KEY, reply.refresh_token);
    this.#accessToken = reply.access_token;
    this.#expiresMs = Date.now() + reply.expires_in * 1000;
    this.#become({ phase: 'signed-in', user: reply.user });
    return reply.access_token;
  }

  /**
   * Were every reload to spend the refresh token, one that is cut short by the next would lose the answer, and the
   * session with it.
   */
  readonly #onPageHide = (): void => {
    if (this.#state.phase !== 'signed-in') return;
    const handover: Handover = {
      accessToken: this.#accessToken,
      expiresMs: this.#expiresMs,
      refreshToken: localStorage.getItem(KEY),
      user: this.#state.user,
    };
    sessionStorage.setItem(HANDOVER_KEY, JSON.stringify(handover));
  };

  #takeHandover(): boolean {
    const text = sessionStorage.getItem(HANDOVER_KEY);
    sessionStorage.removeItem(HANDOVER_KEY);
    if (text === null) return false;
    const { accessToken, expiresMs, refreshToken, user } = JSON.parse(text) as Handover;
    const refreshed = refreshToken === null || refreshToken !== localStorage.getItem(KEY);
    if (refreshed || accessToken === null || expiresMs - RENEW_BEFORE_MS < Date.now()) return false;
    this.#accessToken = accessToken;
    this.#expiresMs = expiresMs;
    this.#become({ phase: 'signed-in', user });
    return true;
  }

  #end(ended: boolean): void {
    localStorage.removeItem(KEY);
    this.#accessToken = null;
    this.#become({ phase: 'signed-out', ended });
  }

  /** Another tab signed out, or signed in another user. */
  readonly #onStorage = (event: StorageEvent): void => {
    if (event.key !== KEY) return;
    if (event.newValue === null) {
      this.#accessToken = null;
      if (this.#state.phase !== 'signed-out') this.#become({ phase: 'signed-out', ended: false });
    } else if (this.#state.phase === 'signed-out') {
      void this.retry();
    }
  };

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
