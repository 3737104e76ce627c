// The port to the stored gateways.

import type { GatewayPatch } from '@gonsters/contract';

export interface GatewayRecord {
  id: string;
  name: string;
  username: string;
  /** SHA-256, hex, of the 192-bit random password: nothing to guess, so no slow hash is needed. */
  passwordHash: string;
  /** What it may speak for: these machines, and every topic of the factory. */
  machineIds: string[];
  factoryId: string | null;
  isActive: boolean;
  createdAtMs: number;
  lastSeenMs: number | null;
}

/** Names, compared without regard to case, and user names are unique. Times are UTC ms. */
export interface GatewayRepository {
  all(): Promise<GatewayRecord[]>;
  /** Rejects with `name_taken`, and with `conflict` where the user name is taken. */
  create(gateway: Omit<GatewayRecord, 'id' | 'createdAtMs' | 'lastSeenMs' | 'isActive'>): Promise<GatewayRecord>;
  /** Rejects with `not_found`, `name_taken`. */
  update(id: string, patch: Omit<GatewayPatch, 'rotate_password'>, passwordHash?: string): Promise<GatewayRecord>;
  /** Rejects with `not_found`. */
  delete(id: string): Promise<void>;
  /** Changes nothing where there is no such gateway. */
  recordSeen(id: string, atMs: number): Promise<void>;
}
