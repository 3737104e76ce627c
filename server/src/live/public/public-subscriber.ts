// What one client of the simple contract gets, and how it is served when it lags.

import type { EventPacket } from '../event-packet.ts';
import type { LiveClient } from '../live-client.ts';
import { DEGRADE_AFTER_TICKS } from '../live-socket.ts';

/** About 40,000 readings; a burst that large is still delivered in full to a client that reads. */
const DEGRADE_BYTES = 8 * 1024 * 1024;

/** Of which machines, and when, the readings of a packet are. */
export interface ReadingTimes {
  readonly machineIds: readonly string[];
  readonly timestampsMs: readonly number[];
}

export class PublicSubscriber {
  readonly client: LiveClient;
  readonly machineIds = new Set<string>();
  all = false;
  /** The earliest time of what was held back, by machine; null while the client keeps up. */
  #heldBack: Map<string, number> | null = null;
  #flushed = false;

  constructor(client: LiveClient) {
    this.client = client;
  }

  wants(machineId: string): boolean {
    return this.all || this.machineIds.has(machineId);
  }

  /** @param times of the readings in the packet */
  take(readings: EventPacket, { machineIds, timestampsMs }: ReadingTimes): void {
    if (this.#heldBack !== null) {
      for (const [row, machineId] of machineIds.entries()) {
        const timestampMs = timestampsMs[row] as number;
        this.#heldBack.set(machineId, Math.min(this.#heldBack.get(machineId) ?? timestampMs, timestampMs));
      }
      return;
    }
    this.client.outflow.write(readings);
    if (this.client.outflow.pendingBytes > DEGRADE_BYTES) this.holdBack();
  }

  /** From now on only the newest value of each metric and machine, whenever the client has taken the ones before. */
  holdBack(): void {
    this.#heldBack ??= new Map();
    this.client.setLagging('readings', true);
  }

  /** @param newest makes one packet of the newest values of these machines since then; null where there are none */
  onTick(newest: (sinceMs: ReadonlyMap<string, number>) => EventPacket | null): void {
    const { outflow } = this.client;
    if (this.#heldBack === null) {
      if (outflow.stalledTicks >= DEGRADE_AFTER_TICKS) this.holdBack();
      return;
    }
    if (outflow.pendingBytes > 0) {
      this.#flushed = false;
      return;
    }
    const packet = newest(new Map([...this.#heldBack].filter(([machineId]) => this.wants(machineId))));
    if (packet !== null) outflow.write(packet);
    // What was written a tick ago is gone already: the client keeps up again.
    const caughtUp = this.#flushed;
    this.#flushed = !caughtUp;
    this.#heldBack = caughtUp ? null : new Map();
    if (caughtUp) this.client.setLagging('readings', false);
  }
}
