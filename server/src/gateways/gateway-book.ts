// The gateways in memory: who may publish, and for which machines.

import type { Gateway, GatewayInput, GatewayPatch } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { GatewayRecord, GatewayRepository } from './gateway-repository.ts';

export declare class GatewayBook {
  constructor(parts: {
    repository: GatewayRepository;
    bus: LiveBus;
    clock: Clock;
  });
  start(): Promise<void>;
  list(): Gateway[];
  /** Whether any active gateway exists. */
  readonly hasAny: boolean;
  get(id: string): GatewayRecord | undefined;
  /** The password is shown once, here. */
  create(input: GatewayInput): Promise<{ gateway: Gateway; password: string }>;
  update(id: string, patch: GatewayPatch): Promise<{ gateway: Gateway; password: string | null }>;
  delete(id: string): Promise<void>;
  /** Constant-time; null where they do not fit or the gateway is switched off. */
  authenticate(username: string, password: string): GatewayRecord | null;
  /** Whether the gateway may send readings of this machine; `factoryId` is the one in the topic, if any. */
  maySpeakFor(gateway: GatewayRecord, machineId: string, factoryId: string | null): boolean;
  recordSeen(id: string): void;
}
