// The port to the stored profiles of gateways.

import type { ProfileDraft } from '@gonsters/contract';

/** One change of a profile. */
export interface ProfileVersion {
  readonly gatewayId: string;
  /** From 1 for each gateway, without gaps. */
  readonly version: number;
  /** null: the profile was deleted. */
  readonly draft: ProfileDraft | null;
  /** The version to which an undo returned, 0 for the time before the first one; null for every other change. */
  readonly restores: number | null;
  /** UTC ms. */
  readonly updatedAtMs: number;
  /** User name; null if not known. */
  readonly updatedBy: string | null;
}

/** Changes are durable when the promise resolves. Every method rejects with `store_unavailable` while the database is away. */
export interface ProfileRepository {
  /** The newest version of each gateway that has one, deletions included. */
  newest(): Promise<ProfileVersion[]>;
  /** Those of one gateway, newest first, at most `KEPT_PROFILE_VERSIONS`. */
  versions(gatewayId: string): Promise<ProfileVersion[]>;
  /**
   * Adds the next version and deletes what is older than the newest `KEPT_PROFILE_VERSIONS`. Rejects with `not_found` if there is no such
   * gateway, and with `conflict` if the newest version is not `expected`; null allows any.
   */
  append(change: Omit<ProfileVersion, 'version'>, expected: number | null): Promise<ProfileVersion>;
}
