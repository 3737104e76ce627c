// Waits for the next message of a machine and shows what came, or why it was refused.

import type { GatewayList, Machine } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { reasonText } from '../reason-text.ts';
import { useGatewayText } from './use-gateway-text.ts';

const ASK_EVERY_MS = 2_000;

export function FirstMessage({ machine, gatewayId }: { machine: Machine; gatewayId: string | null }) {
  const { t, say, format } = useGatewayText();
  const api = useApi();
  const { machine_id: machineId } = machine;
  const asked = useQuery({
    queryKey: ['machines', 'one', machineId],
    queryFn: () => api.machine(machineId),
    refetchInterval: ASK_EVERY_MS,
  });
  const gateways = useQuery({
    queryKey: ['gateways'],
    queryFn: ({ signal }) => api.gateways(signal),
    refetchInterval: ASK_EVERY_MS,
    enabled: useMay('write:config') && gatewayId !== null,
  });
  const refusal = newestRefusal(gateways.data, gatewayId);
  // What was there before is no answer to what is tried now.
  const [before] = useState({ seen: machine.last_seen, refused: refusal?.newest_at ?? null });
  const seen = asked.data?.last_seen ?? null;
  const isStored = seen !== null && seen !== before.seen;
  const isRefused = refusal !== null && refusal.newest_at !== before.refused;
  const time = (text: string) => format.clock(Date.parse(text));
  return (
    <div className={`first-message ${isStored ? 'is-there' : ''}`} role="status">
      {isStored ? (
        <div>
          <b>{say('connect.came', { time: time(seen) })}</b>
          <code>{JSON.stringify(valuesOf(asked.data))}</code>
        </div>
      ) : isRefused ? (
        <div>
          <b>{say('connect.refused', { time: time(refusal.newest_at), reason: reasonText(t, refusal.reason) })}</b>
          <span className="caption">{refusal.topic}</span>
          <code>{refusal.example}</code>
        </div>
      ) : (
        <div>
          <b>{say('connect.waiting')}</b>
          <span className="caption">{say('connect.waiting.hint')}</span>
        </div>
      )}
    </div>
  );
}

function newestRefusal(list: GatewayList | undefined, gatewayId: string | null) {
  const refused = list?.gateways.find(({ id }) => id === gatewayId)?.traffic.refused ?? [];
  return refused.reduce<(typeof refused)[number] | null>(
    (newest, each) => (newest === null || each.newest_at > newest.newest_at ? each : newest),
    null,
  );
}

const valuesOf = (machine: Machine | undefined) =>
  Object.fromEntries(Object.entries(machine?.latest ?? {}).filter(([, value]) => value !== null));
