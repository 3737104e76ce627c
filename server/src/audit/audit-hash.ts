// The hash that chains an audit entry to the previous one.

import { createHash } from 'node:crypto';
import type { Schema } from '../database/schema.ts';

type Row = Schema['audit_logs'];

/** The previous hash of the first entry. */
export const FIRST_HASH = '0'.repeat(64);

/** SHA-256, hex, of the JSON array of the previous hash and the columns of the entry in this order. */
export function auditHash(previousHash: string, row: Omit<Row, 'hash'>): string {
  const entry = [
    previousHash,
    row.id,
    row.at,
    row.user_id,
    row.username,
    row.action,
    row.target,
    row.outcome,
    row.ip,
    row.request_id,
    row.details,
  ];
  return createHash('sha256').update(JSON.stringify(entry)).digest('hex');
}
