// Requests about ingest: rejected data, unknown machines, and readings that a user enters by hand.

import type {
  IncomingReply,
  IngestPartialReply,
  IngestReply,
  Machine,
  RejectedPayload,
  UnknownMachinesReply,
} from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface RejectedPage {
  /** Newest first. */
  rejected: RejectedPayload[];
  /** By reason, since the server started. */
  counts: Record<string, number>;
  next_cursor: string | null;
}

export function ingestApi(client: ApiClient) {
  return {
    rejected: (reason: string, cursor: string | null, limit: number, signal: AbortSignal) =>
      client.request<RejectedPage>({
        method: 'GET',
        path: '/ingest/rejected',
        query: { reason, limit, cursor: cursor ?? undefined },
        signal,
      }),
    /** What came for the machine in the last 24 hours, also in vain. */
    incomingFor: (machineId: string, signal: AbortSignal) =>
      client.request<IncomingReply>({
        method: 'GET',
        path: '/ingest/incoming',
        query: { window: '24h', machine_id: machineId },
        signal,
      }),
    unknownMachines: (signal: AbortSignal) =>
      client.request<UnknownMachinesReply>({ method: 'GET', path: '/ingest/unknown', signal }),
    acceptUnknown: async (machineId: string) =>
      (
        await client.request<{ machine: Machine }>({
          method: 'POST',
          path: `/ingest/unknown/${machineId}/accept`,
          body: {},
        })
      ).machine,
    rejectUnknown: (machineId: string) =>
      client.request<unknown>({ method: 'POST', path: `/ingest/unknown/${machineId}/reject` }),
  };
}

export function ingestBatchApi(client: ApiClient) {
  return {
    /** `batch` as the user wrote it: the server reports its faults. It is stored, in full or in part, when this resolves. */
    ingestBatch: (batch: unknown) =>
      client.request<IngestReply | IngestPartialReply>({ method: 'POST', path: '/data/ingest', body: batch }),
  };
}
