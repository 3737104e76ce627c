// Requests about incoming data, and about the profiles with which gateways are read.

import type {
  IncomingReply,
  IncomingStreamReply,
  IncomingWindow,
  PreviewInput,
  PreviewReply,
  ProfileReply,
  ProfileVersions,
  ReplayReply,
} from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';
import { downloadFile } from './http/download.ts';

const INCOMING = '/ingest/incoming';

export function incomingApi(client: ApiClient) {
  const replayPath = (streamId: string) => `${INCOMING}/${encodeURIComponent(streamId)}/replay`;
  const profilePath = (gatewayId: string) => `/gateways/${gatewayId}/profile`;
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
    gatewayProfile: (gatewayId: string, signal: AbortSignal) =>
      client.request<ProfileReply>({ method: 'GET', path: profilePath(gatewayId), signal }),
    /** `profile` may be as a file has it: the server names its faults. A conflict where `version` is no longer the newest. */
    saveProfile: (gatewayId: string, profile: unknown, version: number) =>
      client.request<ProfileReply>({
        method: 'PUT',
        path: profilePath(gatewayId),
        body: { profile, expected_version: version },
      }),
    /** What the newest messages of the stream would become. */
    previewProfile: (
      gatewayId: string,
      tried: Pick<PreviewInput, 'profile' | 'aliases'>,
      streamId: string,
      signal: AbortSignal,
    ) =>
      client.request<PreviewReply>({
        method: 'POST',
        path: `${profilePath(gatewayId)}/preview`,
        body: { ...tried, stream_id: streamId },
        signal,
      }),
    /** What is kept of the stream is taken in again with what is in force now. It may still be running when this resolves. */
    replay: (streamId: string) => client.request<ReplayReply>({ method: 'POST', path: replayPath(streamId), body: {} }),
    replayProgress: (streamId: string) => client.request<ReplayReply>({ method: 'GET', path: replayPath(streamId) }),
    profileVersions: (gatewayId: string, signal: AbortSignal) =>
      client.request<ProfileVersions>({ method: 'GET', path: `${profilePath(gatewayId)}/versions`, signal }),
    undoProfile: (gatewayId: string) =>
      client.request<ProfileReply>({ method: 'POST', path: `${profilePath(gatewayId)}/undo`, body: {} }),
    downloadProfile: (gatewayId: string) =>
      downloadFile(client, `${profilePath(gatewayId)}/export`, {}, 'profile.json'),
  };
}
