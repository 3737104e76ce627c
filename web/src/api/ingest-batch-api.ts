// Readings that a person sends by hand.

import type { IngestPartialReply, IngestReply } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export function ingestBatchApi(client: ApiClient) {
  return {
    /** `batch` as somebody wrote it: what is wrong with it the server says. Stored when it resolves, in full or in part. */
    ingestBatch: (batch: unknown) =>
      client.request<IngestReply | IngestPartialReply>({ method: 'POST', path: '/data/ingest', body: batch }),
  };
}
