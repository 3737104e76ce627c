// The port to the stored gateways.

import type { GatewayPatch, GatewayScope } from '@gonsters/contract';

/** A gateway as stored. Times are UTC ms. */
export interface GatewayRecord {
  id: string;
  name: string;
  username: string;
  /** SHA-256, hex, of the 192-bit random password, which cannot be guessed. */
  passwordHash: string;
  scope: GatewayScope;
  /** Whether it is older than scopes and keeps the rights that it had; see `gateway-rights.ts`. */
  needsReview: boolean;
  machineIds: string[];
  factoryId: string | null;
  isActive: boolean;
  /** IANA name: the zone of timestamps that come without one. */
  timezone: string;
  createdAtMs: number;
  lastSeenMs: number | null;
}

/**
 * Names, compared without regard to case, and user names are unique. Changes are durable when the promise resolves. Every
 * method rejects with `store_unavailable` while the database cannot be reached.
 */
export interface GatewayRepository {
  /** All gateways, ordered by name. */
  all(): Promise<GatewayRecord[]>;
  /** Rejects with `name_taken`, and with `conflict` if the user name is in use. */
  create(
    gateway: Omit<GatewayRecord, 'id' | 'createdAtMs' | 'lastSeenMs' | 'isActive' | 'needsReview'>,
  ): Promise<GatewayRecord>;
  /** A patch with a scope ends the review. Rejects with `not_found` or `name_taken`. */
  update(id: string, patch: Omit<GatewayPatch, 'rotate_password'>, passwordHash?: string): Promise<GatewayRecord>;
  /** Rejects with `not_found`. */
  delete(id: string): Promise<void>;
  /** Does nothing if the gateway does not exist. */
  recordSeen(id: string, atMs: number): Promise<void>;
}
