// Gateways that went offline without DISCONNECT, and the machines that only they send for: these are stale at once.

import type { DomainEvent } from '../events/domain-events.ts';

export interface OfflineGateway {
  readonly gatewayId: string;
  /** A Sparkplug node or device: no gateway has this id. */
  readonly isNode: boolean;
  readonly name: string;
  /** UTC ms. */
  readonly sinceMs: number;
}

export class OfflineGateways {
  readonly #machinesOf = new Map<string, readonly string[]>();
  /** By machine. */
  readonly #gateways = new Map<string, OfflineGateway>();

  /** @returns whether anything changed */
  handle(event: DomainEvent): boolean {
    if (event.kind !== 'gateway_offline' && event.kind !== 'gateway_online') return false;
    const { gatewayId } = event;
    const previous = this.#machinesOf.get(gatewayId) ?? [];
    for (const machineId of previous) {
      if (this.#gateways.get(machineId)?.gatewayId === gatewayId) this.#gateways.delete(machineId);
    }
    this.#machinesOf.delete(gatewayId);
    if (event.kind === 'gateway_online') return previous.length > 0;
    const { name, sinceMs, machineIds, isNode = false } = event;
    this.#machinesOf.set(gatewayId, machineIds);
    const gateway = { gatewayId, isNode, name, sinceMs };
    for (const machineId of machineIds) this.#gateways.set(machineId, gateway);
    return machineIds.length > 0;
  }

  /** The gateway because of which the machine is offline, the same object for all its machines; null if it was heard since. */
  of(machineId: string, lastHeardMs: number): OfflineGateway | null {
    // Nearly always there is none.
    if (this.#gateways.size === 0) return null;
    const gateway = this.#gateways.get(machineId);
    return gateway === undefined || lastHeardMs > gateway.sinceMs ? null : gateway;
  }
}
