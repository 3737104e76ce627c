// Connections that the embedded broker refused. Without this list, a device that never connects leaves no trace.

import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';

export interface ConnectionAttempt {
  /** null where the client did not say it. */
  readonly clientId: string | null;
  readonly username: string | null;
  /** As people write it, such as 3.1.1; null where the client did not say it. */
  readonly protocolVersion: string | null;
  readonly address: string;
  /** Of MQTT 5, section 2.4. */
  readonly reasonCode: number;
  /** A sentence. */
  readonly reason: string;
}

/** Attempts of the same client for the same reason count as one entry. Times are UTC ms. */
export interface RefusedConnection extends ConnectionAttempt {
  readonly count: number;
  readonly firstMs: number;
  readonly newestMs: number;
}

const MAX_ENTRIES = 200;
const LOG_EVERY_MS = 60_000;

export class RefusedConnections {
  readonly #clock: Clock;
  readonly #log: Logger;
  /** By client and reason; the newest is the last one. */
  readonly #entries = new Map<string, RefusedConnection>();
  readonly #loggedMs = new Map<string, number>();

  constructor(deps: { clock: Clock; log: Logger }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Logs each client at most once a minute. Past 200 entries the oldest one is dropped. */
  add(attempt: ConnectionAttempt): void {
    const nowMs = this.#clock.nowMs();
    const { clientId, username, protocolVersion, address, reasonCode, reason } = attempt;
    const key = JSON.stringify([clientId, username, protocolVersion, address, reason]);
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    this.#entries.set(key, {
      ...{ clientId, username, protocolVersion, address, reasonCode, reason },
      count: (known?.count ?? 0) + 1,
      firstMs: known?.firstMs ?? nowMs,
      newestMs: nowMs,
    });
    if (this.#entries.size > MAX_ENTRIES) {
      const oldest = this.#entries.keys().next().value as string;
      this.#entries.delete(oldest);
      this.#loggedMs.delete(oldest);
    }
    if (nowMs - (this.#loggedMs.get(key) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return;
    this.#loggedMs.set(key, nowMs);
    this.#log.warn({ clientId, username, protocolVersion, address, reason }, 'An MQTT connection was refused');
  }

  /** Newest first. */
  list(): RefusedConnection[] {
    return [...this.#entries.values()].reverse();
  }
}
