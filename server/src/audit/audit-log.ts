// The port to the append-only audit log.

import type { AuditEntry } from '@gonsters/contract';

export interface AuditRecord {
  /** null for an anonymous request. */
  userId: string | null;
  username: string | null;
  /** `noun.verb`, such as `machine.create` or `session.login`. */
  action: string;
  target: string | null;
  outcome: 'success' | 'refused';
  ip: string | null;
  requestId: string | null;
  /** Never contains a password or a token. */
  details: Record<string, unknown>;
}
/** The newest entry. `at` is UTC ms. */
export interface AuditHead {
  readonly id: number;
  readonly hash: string;
  readonly at: number;
}
export interface AuditQuery {
  /** User name or id. */
  user?: string;
  action?: string;
  /** Only actions whose part before the dot is one of these. */
  nouns?: readonly string[];
  /** Without entries about the machines, gateways and users of other factories than this one. */
  factoryId?: string;
  /** UTC ms; `fromMs` is included, `toMs` excluded. */
  fromMs?: number;
  toMs?: number;
  limit: number;
  /** `nextCursor` of the previous page. */
  cursor?: string;
}

/**
 * Entries are numbered from 1 without gaps, on all nodes together. The hash of each entry covers the previous hash, so that
 * a later change is detected. Every method rejects with `store_unavailable` while the database cannot be reached.
 */
export interface AuditLog {
  /** Durable when the promise resolves. */
  append(record: AuditRecord, nowMs: number): Promise<void>;
  /** Newest first, at most `limit` entries. Rejects with `validation_failed` for a cursor of another list. */
  page(query: AuditQuery): Promise<{ entries: AuditEntry[]; nextCursor: string | null }>;
  /** Recomputes all hashes; `brokenAt` is the id of the first entry whose hash is wrong, null if all are right. */
  verify(): Promise<{ entries: number; brokenAt: number | null }>;
}
