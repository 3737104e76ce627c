// One connected client: who it is, what it has not taken yet, and whether it keeps up.

import type { ServerToClient } from '@gonsters/contract';
import type { Principal } from '../users/access-tokens.ts';
import { ClientRateLimit } from './client-rate-limit.ts';
import { eventText, packEvents } from './event-packet.ts';
import { DISCONNECT_AFTER_TICKS, type LiveSocket } from './live-socket.ts';
import { SendBuffer } from './send-buffer.ts';

/** What can lag by itself. */
export type Lane = 'readings' | 'overview' | 'detail';

/** More than this pending, with readings long held back, is a client that will not come back. */
const DISCONNECT_BYTES = 16 * 1024 * 1024;

export class LiveClient {
  readonly socket: LiveSocket;
  readonly principal: Principal;
  readonly outflow: SendBuffer;
  readonly budget = new ClientRateLimit();
  readonly #lagging = new Set<Lane>();
  #ended = false;

  constructor(socket: LiveSocket) {
    this.socket = socket;
    this.principal = socket.data.principal;
    this.outflow = new SendBuffer(socket.conn);
  }

  get degraded(): boolean {
    return this.#lagging.size > 0;
  }

  get mayReadAlerts(): boolean {
    return this.principal.permissions.includes('read:alerts');
  }

  /** Everything goes through here, so that order holds between what is shared and what is not. */
  send<E extends keyof ServerToClient>(name: E, body: Parameters<ServerToClient[E]>[0]): void {
    this.outflow.write(packEvents([eventText(name, body)]));
  }

  /** Notes that a lane falls behind or has caught up, and tells the client when that changes how it is served. */
  setLagging(lane: Lane, lagging: boolean): void {
    const before = this.degraded;
    if (lagging) this.#lagging.add(lane);
    else this.#lagging.delete(lane);
    if (this.degraded === before) return;
    const reason = lagging
      ? 'The connection does not keep up; only the newest values are sent'
      : 'The connection keeps up again';
    this.send('degraded', { degraded: this.degraded, reason });
  }

  /** Once; what is pending before it still arrives. */
  endSession(code: string, message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.send('session_ended', { code, message });
    this.socket.disconnect(true);
  }

  /** @returns false where the client is past saving */
  onTick(): boolean {
    this.outflow.onTick();
    this.budget.onTick();
    return this.outflow.stalledTicks < DISCONNECT_AFTER_TICKS && this.outflow.pendingBytes < DISCONNECT_BYTES;
  }
}
