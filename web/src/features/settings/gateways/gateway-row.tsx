// One gateway: what it speaks, how much it sends, what of it is refused, its clock, and what somebody has to do about it.

import type { GatewayStatus } from '@gonsters/contract';
import { ChevronDown, ChevronUp, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useGatewayText } from '../../../components/domain/connect/use-gateway-text.ts';
import type { Condition } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { Cell } from '../labelled-cell.tsx';
import { GatewayDetails } from './gateway-details.tsx';
import { GatewayNote } from './gateway-note.tsx';
import { type GatewayProblem, isHeard, MOST, refusedShare } from './gateway-problem.ts';
import { offsetAge } from './gateway-text.ts';

export function GatewayRow({
  gateway,
  problem,
  nowMs,
  onEdit,
  onAdd,
}: {
  gateway: GatewayStatus;
  problem: GatewayProblem | null;
  nowMs: number;
  onEdit: () => void;
  onAdd: () => void;
}) {
  const { t, say, format } = useGatewayText();
  const { traffic } = gateway;
  const [isOpen, setOpen] = useState(false);
  const Chevron = isOpen ? ChevronUp : ChevronDown;
  const share = refusedShare(traffic);
  const heard = isHeard(gateway);
  const offset = gateway.clock_offset_ms;
  return (
    <li className={`list-row gateways ${gateway.is_active ? '' : 'is-off'}`}>
      <StatusMark condition={markOf(gateway, problem)} />
      <div className="cell cell-main gateway-name">
        <b className="id">
          {gateway.name}
          {gateway.is_active ? null : <span className="tag">{t('gateways.inactive')}</span>}
        </b>
        <span className="caption">{say('gateways.machines', { count: traffic.machine_count })}</span>
      </div>
      <Cell label={say('gateways.speaks')} className="gateway-speaks">
        <Speaks gateway={gateway} />
      </Cell>
      <Cell label={say('gateways.values')} className="gateway-number">
        {heard ? (
          <>
            {format.number(traffic.values_per_second, traffic.values_per_second < 10 ? 1 : 0)}
            <span className="caption"> {say('gateways.per_second')}</span>
          </>
        ) : (
          '–'
        )}
      </Cell>
      <Cell label={say('gateways.refused_hour')} className="gateway-number gateway-wide">
        {problem?.kind === 'refused' && problem.alert !== null ? (
          <span className="caption gateway-since">
            {say('gateways.since', { time: format.recent(Date.parse(problem.alert.raised_at), nowMs) })}
          </span>
        ) : null}
        {share === null ? '–' : share === 0 ? '0' : <b className={share > MOST ? 'warn' : ''}>{format.share(share)}</b>}
      </Cell>
      <Cell label={say('gateways.clock')} className="gateway-number gateway-wide">
        {offset === null ? '–' : offsetAge(format, offset)}
      </Cell>
      <Cell label={say('gateways.newest')} className="gateway-number gateway-wide">
        {traffic.newest_message_at === null
          ? '–'
          : format.age(Math.max(0, nowMs - Date.parse(traffic.newest_message_at)))}
      </Cell>
      <div className="cell-action gateway-actions">
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('gateways.details', { name: gateway.name })}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Chevron size={16} strokeWidth={1.5} />
        </button>
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={t('users.edit', { name: gateway.name })}
          onClick={onEdit}
        >
          <Pencil size={16} strokeWidth={1.5} />
        </button>
      </div>
      {problem === null ? null : <GatewayNote gateway={gateway} problem={problem} onEdit={onEdit} onAdd={onAdd} />}
      {isOpen ? <GatewayDetails gateway={gateway} /> : null}
    </li>
  );
}

function Speaks({ gateway }: { gateway: GatewayStatus }) {
  const { say } = useGatewayText();
  const [connection, ...others] = gateway.connections;
  if (connection === undefined) return isHeard(gateway) ? 'HTTP' : '–';
  return (
    <>
      MQTT {connection.protocol_version}
      <span className="caption">
        {others.length === 0 ? connection.address : say('gateways.connections', { count: gateway.connections.length })}
      </span>
    </>
  );
}

function markOf(gateway: GatewayStatus, problem: GatewayProblem | null): Condition {
  if (!gateway.is_active) return 'inactive';
  if (problem?.kind === 'lost') return 'stale';
  const isMost = (problem?.kind === 'refused' || problem?.kind === 'clock') && problem.share > MOST;
  if (problem?.kind === 'conflict' || isMost) return 'warning_acked';
  if (isHeard(gateway)) return 'normal';
  return gateway.last_seen === null ? 'never' : 'inactive';
}
