// One client of the public event stream: its subscriptions, and what it receives when it lags.

import type { EventPacket } from '../event-packet.ts';
import type { LiveClient } from '../live-client.ts';
import { DEGRADE_AFTER_TICKS } from '../live-socket.ts';

/** About 40,000 readings: a burst of this size is still delivered in full to a client that reads. */
const DEGRADE_BYTES = 8 * 1024 * 1024;

/** The machines and timestamps of the readings in a packet. */
export interface ReadingTimes {
  readonly machineIds: readonly string[];
  readonly timestampsMs: readonly number[];
}

export class PublicSubscriber {
  readonly client: LiveClient;
  readonly machineIds = new Set<string>();
  all = false;
  /** The earliest timestamp that was not sent, by machine; null while the client does not lag. */
  #unsentSince: Map<string, number> | null = null;
  #flushed = false;

  constructor(client: LiveClient) {
    this.client = client;
  }

  wants(machineId: string): boolean {
    return this.all || this.machineIds.has(machineId);
  }

  /** @param times of the readings in the packet */
  send(readings: EventPacket, { machineIds, timestampsMs }: ReadingTimes): void {
    if (this.#unsentSince !== null) {
      for (const [row, machineId] of machineIds.entries()) {
        const timestampMs = timestampsMs[row] as number;
        this.#unsentSince.set(machineId, Math.min(this.#unsentSince.get(machineId) ?? timestampMs, timestampMs));
      }
      return;
    }
    this.client.sendBuffer.write(readings);
    if (this.client.sendBuffer.pendingBytes > DEGRADE_BYTES) this.conflate();
  }

  /** From now on only the newest value of each metric and machine is sent, each time the client has received the last ones. */
  conflate(): void {
    this.#unsentSince ??= new Map();
    this.client.setLagging('readings', true);
  }

  /** @param newest encodes the newest values of these machines since these times; null where there are none */
  onTick(newest: (sinceMs: ReadonlyMap<string, number>) => EventPacket | null): void {
    const { sendBuffer } = this.client;
    if (this.#unsentSince === null) {
      if (sendBuffer.stalledTicks >= DEGRADE_AFTER_TICKS) this.conflate();
      return;
    }
    if (sendBuffer.pendingBytes > 0) {
      this.#flushed = false;
      return;
    }
    const packet = newest(new Map([...this.#unsentSince].filter(([machineId]) => this.wants(machineId))));
    if (packet !== null) sendBuffer.write(packet);
    // What was written one tick ago has already been sent: the client no longer lags.
    const caughtUp = this.#flushed;
    this.#flushed = !caughtUp;
    this.#unsentSince = caughtUp ? null : new Map();
    if (caughtUp) this.client.setLagging('readings', false);
  }
}
