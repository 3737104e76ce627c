// What one client of the simple contract gets, and how it is served when it lags.

import type { EventPacket } from '../event-packet.ts';
import type { LiveClient } from '../live-client.ts';
import { DEGRADE_AFTER_TICKS } from '../live-socket.ts';

/** About 40,000 readings; a burst that large is still delivered in full to a client that reads. */
const DEGRADE_BYTES = 8 * 1024 * 1024;

export class SimpleSubscriber {
  readonly client: LiveClient;
  readonly machineIds = new Set<string>();
  all = false;
  /** Machines of which something newer waits; null while the client keeps up. */
  #heldBack: Set<string> | null = null;
  #flushed = false;

  constructor(client: LiveClient) {
    this.client = client;
  }

  wants(machineId: string): boolean {
    return this.all || this.machineIds.has(machineId);
  }

  /** @param machineIds whose readings the packet has */
  take(readings: EventPacket, machineIds: readonly string[]): void {
    if (this.#heldBack !== null) {
      for (const machineId of machineIds) this.#heldBack.add(machineId);
      return;
    }
    this.client.outflow.write(readings);
    if (this.client.outflow.pendingBytes > DEGRADE_BYTES) this.holdBack();
  }

  /** From now on the newest reading per machine only, whenever the client has taken the ones before. */
  holdBack(): void {
    this.#heldBack ??= new Set();
    this.client.setLagging('readings', true);
  }

  /** @param newest makes one packet of the newest readings of these machines; null where there are none */
  onTick(newest: (machineIds: readonly string[]) => EventPacket | null): void {
    const { outflow } = this.client;
    if (this.#heldBack === null) {
      if (outflow.stalledTicks >= DEGRADE_AFTER_TICKS) this.holdBack();
      return;
    }
    if (outflow.pendingBytes > 0) {
      this.#flushed = false;
      return;
    }
    const packet = newest([...this.#heldBack].filter((machineId) => this.wants(machineId)));
    if (packet !== null) outflow.write(packet);
    // What was written a tick ago is gone already: the client keeps up again.
    const caughtUp = this.#flushed;
    this.#flushed = !caughtUp;
    this.#heldBack = caughtUp ? null : new Set();
    if (caughtUp) this.client.setLagging('readings', false);
  }
}
