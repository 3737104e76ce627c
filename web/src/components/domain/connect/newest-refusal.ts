// The newest thing that was refused while somebody waits for a message of a machine.

import type { GatewayList, IncomingStream } from '@gonsters/contract';

export interface NewestRefusal {
  atMs: number;
  /** `connection`: the client was refused, and `reason` is a sentence. `message`: `reason` is the name of a reason. */
  kind: 'connection' | 'message';
  reason: string;
  topic: string;
  /** null where the user may not see payloads. */
  payload: string | null;
}

/**
 * Of messages for the machine, of messages of the gateway, which may not name the machine, and of connections of the gateway.
 *
 * @param streams what came for the machine
 * @returns null where nothing was refused since `sinceMs`
 */
export function newestRefusal(
  streams: readonly Pick<IncomingStream, 'refusals' | 'newest' | 'example_topic'>[],
  list: Pick<GatewayList, 'gateways' | 'refused_connections'> | undefined,
  gatewayId: string | null,
  sinceMs: number,
): NewestRefusal | null {
  const gateway = list?.gateways.find(({ id }) => id === gatewayId);
  const found: NewestRefusal[] = [
    ...streams.flatMap(({ refusals, newest, example_topic }) =>
      refusals.map(({ reason, last_at }) => ({
        ...{ kind: 'message' as const, atMs: Date.parse(last_at), reason },
        topic: newest?.topic ?? example_topic,
        payload: newest?.payload ?? null,
      })),
    ),
    ...(gateway?.traffic.refused ?? []).map(({ reason, newest_at, topic, example }) => ({
      ...{ kind: 'message' as const, atMs: Date.parse(newest_at), reason, topic, payload: example },
    })),
    ...(list?.refused_connections ?? [])
      .filter(({ username }) => gateway !== undefined && username === gateway.username)
      .map(({ newest_at, reason }) => ({
        ...{ kind: 'connection' as const, atMs: Date.parse(newest_at), reason, topic: '', payload: null },
      })),
  ];
  return found
    .filter(({ atMs }) => atMs >= sinceMs)
    .reduce<NewestRefusal | null>((newest, each) => (newest === null || each.atMs > newest.atMs ? each : newest), null);
}
