// Requests for the audit log.

import type { AuditEntry } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

/** An empty text narrows nothing; `from` and `to` are ISO times. */
export interface AuditFilter {
  user: string;
  action: string;
  from: string;
  to: string;
}
export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  next_cursor: string | null;
}

export function auditApi(client: ApiClient) {
  return {
    audit: (filter: AuditFilter, cursor: string | null, limit: number, signal: AbortSignal) =>
      client.request<AuditPage>({
        method: 'GET',
        path: '/audit',
        query: { ...filter, limit, cursor: cursor ?? undefined },
        signal,
      }),
  };
}
