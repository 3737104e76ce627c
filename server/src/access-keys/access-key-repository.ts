// The port to the stored access keys.

import type { Permission, Role } from '@gonsters/contract';

/** An access key belongs to a user, then it is called an API key, or to a gateway, then it is called its token. */
export type KeyOwner =
  | { kind: 'user'; id: string; username: string; role: Role; factoryId: string | null; isActive: boolean }
  | { kind: 'gateway'; id: string };

/** An access key as stored. Times are UTC ms. */
export interface AccessKeyRecord {
  id: string;
  owner: KeyOwner;
  name: string;
  /** The part of the secret by which the key is found; unique. */
  publicId: string;
  /** SHA-256, hex. */
  secretHash: string;
  /** Of the secret before the last rotation, valid until `formerUntilMs`. */
  formerHash: string | null;
  formerUntilMs: number | null;
  /** What the owner of an API key allowed it; empty for the token of a gateway. */
  permissions: Permission[];
  createdAtMs: number;
  rotatedAtMs: number | null;
  expiresAtMs: number | null;
  lastUsedMs: number | null;
}

export type NewAccessKey = Pick<
  AccessKeyRecord,
  'name' | 'publicId' | 'secretHash' | 'permissions' | 'expiresAtMs' | 'createdAtMs'
> & {
  owner: Pick<KeyOwner, 'kind' | 'id'>;
};

/** A new secret of a key. The present one becomes the former one. */
export interface StoredRotation {
  secretHash: string;
  formerUntilMs: number;
  rotatedAtMs: number;
  expiresAtMs: number | null;
}

/**
 * Changes are durable when the promise resolves. A key is deleted together with its owner. Every method rejects with
 * `store_unavailable` while the database cannot be reached.
 */
export interface AccessKeyRepository {
  /** All keys with their owners as they are now, the oldest first. */
  all(): Promise<AccessKeyRecord[]>;
  /** Rejects with `not_found` if the owner does not exist, and with `conflict` if a gateway has a token already. */
  create(key: NewAccessKey): Promise<AccessKeyRecord>;
  /** Rejects with `not_found`. */
  rotate(id: string, rotation: StoredRotation): Promise<AccessKeyRecord>;
  /** Rejects with `not_found`. */
  delete(id: string): Promise<void>;
  /** Does nothing if the key does not exist. */
  recordUsed(id: string, atMs: number): Promise<void>;
}
