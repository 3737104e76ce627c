// Requests about incoming data.

import type { IncomingReply, IncomingStreamReply, IncomingWindow } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

const INCOMING = '/ingest/incoming';

export function incomingApi(client: ApiClient) {
  return {
    incoming: (window: IncomingWindow, signal: AbortSignal) =>
      client.request<IncomingReply>({ method: 'GET', path: INCOMING, query: { window }, signal }),
    incomingStream: (streamId: string, window: IncomingWindow, signal: AbortSignal) =>
      client.request<IncomingStreamReply>({
        method: 'GET',
        path: `${INCOMING}/${encodeURIComponent(streamId)}`,
        query: { window },
        signal,
      }),
  };
}
