// The port to the audit log: append-only, each entry's hash covers the one before.

import type { AuditEntry } from '@gonsters/contract';

export interface AuditRecord {
  userId: string | null;
  username: string | null;
  /** `noun.verb`, such as `machine.create` or `session.login`. */
  action: string;
  target: string | null;
  outcome: 'success' | 'refused';
  ip: string | null;
  requestId: string | null;
  /** Never a password or a token. */
  details: Record<string, unknown>;
}
export interface AuditQuery {
  /** A user's name or id. */
  user?: string;
  action?: string;
  /** UTC ms; from included, to excluded. */
  fromMs?: number;
  toMs?: number;
  limit: number;
  cursor?: string;
}

export interface AuditLog {
  /** Resolves once it is stored; one entry after the other, on all nodes. */
  append(record: AuditRecord, nowMs: number): Promise<void>;
  /** Newest first. Rejects a cursor that is none of its own with `validation_failed`. */
  page(query: AuditQuery): Promise<{ entries: AuditEntry[]; nextCursor: string | null }>;
  /** Recomputes the chain; `brokenAt` is the id of the first entry that does not fit, null where all do. */
  verify(): Promise<{ entries: number; brokenAt: number | null }>;
}
