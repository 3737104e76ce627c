// Everything else that is known of one gateway, on demand.

import type { GatewayStatus } from '@gonsters/contract';
import { useGatewayText } from '../../../components/domain/connect/use-gateway-text.ts';
import { reasonText } from '../../../components/domain/reason-text.ts';
import { connectionText, scopeText } from './gateway-text.ts';

const SHOWN_MACHINES = 20;

export function GatewayDetails({ gateway }: { gateway: GatewayStatus }) {
  const texts = useGatewayText();
  const { t, say, format } = texts;
  const { traffic, discovered } = gateway;
  const moment = (time: string) => format.moment(Date.parse(time));
  const names = traffic.machines.slice(0, SHOWN_MACHINES).map((machine) => machine.name);
  return (
    <div className="gateway-details caption">
      <p>
        {connectionText(texts, gateway)}. {say('gateways.may', { scope: scopeText(t, gateway) })}{' '}
        {say('gateways.added', { time: moment(gateway.created_at), username: gateway.username })}
      </p>
      {gateway.connections.map((connection) => (
        <p key={`${connection.client_id} ${connection.connected_since}`}>
          {t('gateways.connection.client', {
            version: connection.protocol_version,
            client: connection.client_id,
            address: connection.address,
          })}
        </p>
      ))}
      {traffic.newest_message_at === null ? null : (
        <p>
          {t('gateways.traffic', {
            messages: format.number(traffic.messages_per_second, 1),
            values: format.number(traffic.values_per_second, 1),
            time: moment(traffic.newest_message_at),
          })}
        </p>
      )}
      {traffic.machine_count === 0 ? null : (
        <p>{t('gateways.traffic.machines', { count: traffic.machine_count, names: names.join(', ') })}</p>
      )}
      {discovered.metric_count === 0 ? null : (
        <p>{say('gateways.new_metrics', { count: discovered.metric_count, names: discovered.metrics.join(', ') })}</p>
      )}
      {discovered.machine_count === 0 ? null : (
        <p>
          {say('gateways.new_machines', { count: discovered.machine_count, names: discovered.machines.join(', ') })}
        </p>
      )}
      {traffic.refused.map((refused) => (
        <p key={refused.reason}>
          {t('gateways.traffic.refused', {
            reason: reasonText(t, refused.reason),
            count: format.number(refused.count),
            time: moment(refused.newest_at),
            topic: refused.topic || '—',
          })}
          {refused.example === '' ? null : ' '}
          {refused.example === '' ? null : <code className="ellipsis">{refused.example}</code>}
        </p>
      ))}
    </div>
  );
}
