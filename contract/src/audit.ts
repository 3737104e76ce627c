// One entry of the append-only audit log: who did what, and from where.

import { z } from 'zod';
import { timeSchema } from './time.ts';

export const auditEntrySchema = z
  .object({
    id: z.number().int(),
    at: timeSchema,
    user_id: z.string().nullable(),
    username: z.string().nullable(),
    action: z.string().meta({ example: 'machine.create' }),
    target: z.string().nullable(),
    outcome: z.enum(['success', 'refused']),
    ip: z.string().nullable(),
    request_id: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    hash: z.string().meta({ description: 'SHA-256 of the hash of the previous entry and this entry.' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntrySchema>;
