// A machine that has never reported: what came for it and why it was refused, and how to connect a device.

import type { IncomingStream, Machine } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../api/use-api.ts';
import { ConnectPanel } from '../../components/domain/connect/connect-panel.tsx';
import { useGatewayText } from '../../components/domain/connect/use-gateway-text.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { StatusMark } from '../../components/domain/machines/status-mark.tsx';
import { reasonText } from '../../components/domain/reason-text.ts';

const ASK_EVERY_MS = 5_000;

export function NeverReported({ machine }: { machine: Machine }) {
  const api = useApi();
  const { machine_id: machineId } = machine;
  const incoming = useQuery({
    queryKey: ['incoming', 'machine', machineId],
    queryFn: ({ signal }) => api.incomingFor(machineId, signal),
    refetchInterval: ASK_EVERY_MS,
  });
  return (
    <div className="never-reported">
      {incoming.data ? <WhatCame streams={incoming.data.streams} /> : null}
      <ConnectPanel machine={machine} />
    </div>
  );
}

function WhatCame({ streams }: { streams: readonly IncomingStream[] }) {
  const { t, say, format } = useGatewayText();
  const count = streams.reduce((sum, { messages }) => sum + messages, 0);
  const firstMs = Math.min(...streams.map(({ first_at }) => Date.parse(first_at)));
  const [refusal] = streams
    .flatMap(({ id, refusals, newest, example_topic }) =>
      refusals.map((each) => ({ ...each, id, newest, example_topic })),
    )
    .sort((a, b) => Date.parse(b.last_at) - Date.parse(a.last_at));
  return (
    <section className="card never-came" aria-label={say('never.title')}>
      <b className="status">
        <StatusMark condition="never" />
        {say('never.title')}
      </b>
      <p>
        {count === 0 ? say('never.nothing') : say('never.came', { count, time: format.recent(firstMs, Date.now()) })}{' '}
        {refusal === undefined ? null : say('never.refused', { reason: reasonText(t, refusal.reason) })}
      </p>
      {refusal === undefined ? null : (
        <>
          <span className="caption id">{refusal.newest?.topic ?? refusal.example_topic}</span>
          {refusal.newest === null ? null : <code>{refusal.newest.payload}</code>}
          <Link
            to="/settings/{-$section}"
            params={{ section: 'incoming' }}
            search={(search) => ({ ...keepPanelFilters(search), stream: refusal.id })}
            className="button button-small"
          >
            {say('never.say')}
          </Link>
        </>
      )}
    </section>
  );
}
