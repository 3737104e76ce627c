// The port to the stored gateways.

import type { GatewayPatch } from '@gonsters/contract';

export interface GatewayRecord {
  id: string;
  name: string;
  username: string;
  /** SHA-256, hex, of the 192-bit random password: nothing to guess, so no slow hash is needed. */
  passwordHash: string;
  machineIds: string[];
  factoryId: string | null;
  isActive: boolean;
  createdAtMs: number;
  lastSeenMs: number | null;
}

/** Names and user names are unique. */
export interface GatewayRepository {
  all(): Promise<GatewayRecord[]>;
  create(gateway: Omit<GatewayRecord, 'id' | 'createdAtMs' | 'lastSeenMs' | 'isActive'>): Promise<GatewayRecord>;
  /** Rejects with `not_found`, `name_taken`. */
  update(id: string, patch: Omit<GatewayPatch, 'rotate_password'>, passwordHash?: string): Promise<GatewayRecord>;
  delete(id: string): Promise<void>;
  recordSeen(id: string, atMs: number): Promise<void>;
}
