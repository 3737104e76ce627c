// Announces the machines of nodes and devices that died, until they are born again. To alerts each is a gateway that is offline.

import type { EventBus } from '../../events/event-bus.ts';
import type { NodeSession } from './node-session.ts';

/** Different from the ids of gateways. */
const gatewayIdOf = (path: string) => `sparkplug:${path}`;

export class OfflineSources {
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** `machineIds`: null for sources that are no machine. They are offline together, since `sinceMs` (UTC ms). */
  nodeDied(session: NodeSession, machineIds: readonly (string | null)[], sinceMs: number): void {
    session.offline = { machineIds: new Set(machineIds.filter((id) => id !== null)), sinceMs };
    this.#announce(session);
  }

  deviceDied({ path }: NodeSession, device: string, machineId: string | null, sinceMs: number): void {
    const name = `${path}/${device}`;
    const machineIds = machineId === null ? [] : [machineId];
    this.#bus.publish({
      kind: 'gateway_offline',
      isNode: true,
      gatewayId: gatewayIdOf(name),
      name,
      machineIds,
      sinceMs,
    });
  }

  /** `device` is null for the node itself. Devices that are not born again stay offline. */
  born(session: NodeSession, device: string | null, machineId: string | null): void {
    if (device !== null) {
      this.#bus.publish({ kind: 'gateway_online', gatewayId: gatewayIdOf(`${session.path}/${device}`) });
    }
    if (session.offline === null) {
      // It may have died while another server was the host.
      if (device === null) this.#bus.publish({ kind: 'gateway_online', gatewayId: gatewayIdOf(session.path) });
      return;
    }
    if (machineId === null || session.offline.machineIds.delete(machineId)) this.#announce(session);
  }

  #announce(session: NodeSession): void {
    const { offline, path } = session;
    if (offline === null) return;
    const gatewayId = gatewayIdOf(path);
    const machineIds = [...offline.machineIds];
    if (machineIds.length > 0) {
      this.#bus.publish({
        kind: 'gateway_offline',
        isNode: true,
        gatewayId,
        name: path,
        machineIds,
        sinceMs: offline.sinceMs,
      });
      return;
    }
    session.offline = null;
    this.#bus.publish({ kind: 'gateway_online', gatewayId });
  }
}
