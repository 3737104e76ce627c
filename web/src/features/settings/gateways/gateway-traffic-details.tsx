// What one gateway sends and for which machines, and what of it was refused, on demand.

import type { GatewayTraffic } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { reasonText } from '../ingest/reason-text.ts';

const SHOWN_MACHINES = 20;

/** Nothing is shown for a gateway that has sent nothing since the server started. */
export function GatewayTrafficDetails({ traffic }: { traffic: GatewayTraffic }) {
  const { t, format } = useText();
  if (traffic.newest_message_at === null) return null;
  const names = traffic.machines.slice(0, SHOWN_MACHINES).map((machine) => machine.name);
  const moment = (time: string) => format.moment(Date.parse(time));
  return (
    <details className="row-details caption">
      <summary>
        {t('gateways.traffic', {
          messages: format.number(traffic.messages_per_second),
          values: format.number(traffic.values_per_second),
          time: moment(traffic.newest_message_at),
        })}
      </summary>
      {traffic.machine_count === 0 ? null : (
        <p>{t('gateways.traffic.machines', { count: traffic.machine_count, names: names.join(', ') })}</p>
      )}
      {traffic.refused.map((refused) => (
        <p key={refused.reason}>
          {t('gateways.traffic.refused', {
            reason: reasonText(t, refused.reason),
            count: format.number(refused.count),
            time: moment(refused.newest_at),
            topic: refused.topic || '—',
          })}
          {refused.example === '' ? null : <code className="ellipsis">{refused.example}</code>}
        </p>
      ))}
    </details>
  );
}
