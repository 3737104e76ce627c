// The state of sessions: the identifiers of QoS 2 messages that a client has sent and not released yet.

import type { Clock } from '../../../clock.ts';

/** Past this number the least recently used session is removed: a client may never come back. */
const MAX_SESSIONS = 10_000;
/** Identifiers that a client has not released. Past this number it is disconnected. */
const MAX_UNRELEASED = 10_000;

/** Called with the reason code of MQTT 5 when the message is stored or refused. */
export type Answer = (reasonCode: number) => void;

export class Qos2Session {
  readonly #received = new Set<number>();
  /** Messages that are not stored yet, with the answers that wait for them. */
  readonly #pending = new Map<number, Answer[]>();
  /** UTC ms; Infinity while a client is connected, or where the session does not expire. */
  expiresAtMs = Number.POSITIVE_INFINITY;

  get isFull(): boolean {
    return this.#received.size + this.#pending.size >= MAX_UNRELEASED;
  }

  /**
   * @returns whether the message is a new one, which must be stored and then passed to `settle`. Otherwise `answer` is called
   * when the message with this identifier is stored, which may be at once.
   */
  begin(id: number, answer: Answer): boolean {
    if (this.#received.has(id)) {
      answer(0);
      return false;
    }
    const waiting = this.#pending.get(id);
    if (waiting === undefined) this.#pending.set(id, [answer]);
    else waiting.push(answer);
    return waiting === undefined;
  }

  /** Answers. After a reason code of 0x80 or more the client does not release the message, so that it may use the identifier again. */
  settle(id: number, reasonCode: number): void {
    const waiting = this.#pending.get(id) ?? [];
    this.#pending.delete(id);
    if (reasonCode < 0x80) this.#received.add(id);
    for (const answer of waiting) answer(reasonCode);
  }

  /** @returns whether the message was stored and not released before */
  release(id: number): boolean {
    return this.#received.delete(id);
  }
}

export class Qos2Sessions {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Qos2Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `key` names the client. With `isClean` an earlier session is forgotten. */
  open(key: string, isClean: boolean): { session: Qos2Session; isPresent: boolean } {
    const existing = this.#sessions.get(key);
    const isPresent = existing !== undefined && !isClean && existing.expiresAtMs > this.#clock.nowMs();
    const session = isPresent ? existing : new Qos2Session();
    session.expiresAtMs = Number.POSITIVE_INFINITY;
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value as string);
    return { session, isPresent };
  }

  /** To be called when the connection ends. 0 removes the session, unless another connection has begun one of its own. */
  close(key: string, session: Qos2Session, expirySeconds: number): void {
    if (this.#sessions.get(key) !== session) return;
    if (expirySeconds === 0) this.#sessions.delete(key);
    else session.expiresAtMs = this.#clock.nowMs() + expirySeconds * 1000;
  }
}
