// One connected client: its principal, its send buffer and rate limit, and whether it lags.

import type { ServerToClient } from '@gonsters/contract';
import type { Principal } from '../users/access-tokens.ts';
import { ClientRateLimit } from './client-rate-limit.ts';
import { eventText, packEvents } from './event-packet.ts';
import { DISCONNECT_AFTER_TICKS, type LiveSocket } from './live-socket.ts';
import { SendBuffer } from './send-buffer.ts';

/** The streams of events to a client that can lag independently. */
export type Lane = 'readings' | 'overview' | 'detail';

/** A client is disconnected when this much is pending, although its readings have long been conflated. */
const DISCONNECT_BYTES = 16 * 1024 * 1024;

export class LiveClient {
  readonly socket: LiveSocket;
  readonly principal: Principal;
  readonly sendBuffer: SendBuffer;
  readonly rateLimit = new ClientRateLimit();
  readonly #lagging = new Set<Lane>();
  #ended = false;

  constructor(socket: LiveSocket) {
    this.socket = socket;
    this.principal = socket.data.principal;
    this.sendBuffer = new SendBuffer(socket.conn);
  }

  get degraded(): boolean {
    return this.#lagging.size > 0;
  }

  get mayReadAlerts(): boolean {
    return this.principal.permissions.includes('read:alerts');
  }

  /** Encodes an event for this client alone and appends it to the send buffer. */
  send<E extends keyof ServerToClient>(name: E, body: Parameters<ServerToClient[E]>[0]): void {
    this.sendBuffer.write(packEvents([eventText(name, body)]));
  }

  /** Records that a lane lags or has caught up, and sends `degraded` when the client's state changes. */
  setLagging(lane: Lane, lagging: boolean): void {
    const before = this.degraded;
    if (lagging) this.#lagging.add(lane);
    else this.#lagging.delete(lane);
    if (this.degraded === before) return;
    const reason = lagging
      ? 'The connection is too slow; only the newest values are sent'
      : 'The connection is fast enough again';
    this.send('degraded', { degraded: this.degraded, reason });
  }

  /** Sends `session_ended` once and disconnects; pending events are sent before it. */
  endSession(code: string, message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.send('session_ended', { code, message });
    this.socket.disconnect(true);
  }

  /** @returns false where the client has received nothing for so long that it must be disconnected */
  onTick(): boolean {
    this.sendBuffer.onTick();
    this.rateLimit.onTick();
    return this.sendBuffer.stalledTicks < DISCONNECT_AFTER_TICKS && this.sendBuffer.pendingBytes < DISCONNECT_BYTES;
  }
}
