// Waits for the next message of a machine and shows what came, or why it was refused.

import type { Machine } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { useLive } from '../../../live/use-live.ts';
import { reasonText } from '../reason-text.ts';
import { newestRefusal } from './newest-refusal.ts';
import { useGatewayText } from './use-gateway-text.ts';

const ASK_EVERY_MS = 2_000;

export function FirstMessage({ machine, gatewayId }: { machine: Machine; gatewayId: string | null }) {
  const { t, say, format } = useGatewayText();
  const api = useApi();
  const { seconds } = useLive();
  const { machine_id: machineId } = machine;
  // What was there before is no answer to what is tried now.
  const [since] = useState(() => ({ ms: seconds.nowMs, seen: machine.last_seen }));
  const asked = useQuery({
    queryKey: ['machines', 'waiting', machineId],
    queryFn: () => api.machine(machineId),
    refetchInterval: ASK_EVERY_MS,
  });
  const incoming = useQuery({
    queryKey: ['incoming', 'machine', machineId],
    queryFn: ({ signal }) => api.incomingFor(machineId, signal),
    refetchInterval: ASK_EVERY_MS,
  });
  const gateways = useQuery({
    queryKey: ['gateways'],
    queryFn: ({ signal }) => api.gateways(signal),
    refetchInterval: ASK_EVERY_MS,
    enabled: useMay('write:config') && gatewayId !== null,
  });
  const seen = asked.data?.last_seen ?? null;
  const storedMs = seen === null || seen === since.seen ? null : Date.parse(seen);
  const refusal = newestRefusal(incoming.data?.streams ?? [], gateways.data, gatewayId, since.ms);
  if (storedMs !== null && (refusal === null || storedMs >= refusal.atMs)) {
    return (
      <div className="first-message is-there" role="status">
        <div>
          <b>{say('connect.came', { time: format.clock(storedMs) })}</b>
          <code>{JSON.stringify(valuesOf(asked.data))}</code>
        </div>
      </div>
    );
  }
  return (
    <div className={`first-message ${refusal === null ? '' : 'is-there'}`} role="status">
      {refusal === null ? (
        <div>
          <b>{say('connect.waiting')}</b>
          <span className="caption">{say('connect.waiting.hint')}</span>
        </div>
      ) : (
        <div>
          <b>
            {refusal.kind === 'connection'
              ? say('connect.refused_connection', { time: format.clock(refusal.atMs), reason: refusal.reason })
              : say('connect.refused', { time: format.clock(refusal.atMs), reason: reasonText(t, refusal.reason) })}
          </b>
          {refusal.topic === '' ? null : <span className="caption">{refusal.topic}</span>}
          {refusal.payload === null || refusal.payload === '' ? null : <code>{refusal.payload}</code>}
        </div>
      )}
    </div>
  );
}

/** Without the times of the values. */
const valuesOf = (machine: Machine | undefined) =>
  Object.fromEntries(Object.entries(machine?.latest ?? {}).filter(([, value]) => typeof value !== 'object'));
