// Clients of the broker that were refused, and devices that fight over a client id. Nothing is shown if there are none.

import type { GatewayList, RefusedConnection } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { EntryList } from '../entry-list.tsx';
import { refusalKey } from './gateway-text.ts';

type Faults = Pick<GatewayList, 'client_id_conflicts' | 'refused_connections' | 'gateways'>;

export function ConnectionFaults({ list }: { list: Faults }) {
  const { t, format } = useText();
  const { client_id_conflicts: conflicts, refused_connections: refused } = list;
  return (
    <>
      {/* That of a gateway is said in its row. */}
      {conflicts
        .filter(({ gateway_id }) => gateway_id === null)
        .map((conflict) => (
          <p key={`${conflict.gateway_id} ${conflict.client_id}`} className="card-note" role="status">
            {t('gateways.conflict', {
              client: conflict.client_id,
              gateway: '—',
              addresses: conflict.addresses.join(', '),
            })}
          </p>
        ))}
      {refused.length === 0 ? null : (
        <>
          <div className="card-head">
            <h2>{t('gateways.refused')}</h2>
          </div>
          <EntryList
            entries={refused}
            keyOf={keyOf}
            hasMore={false}
            summary={(attempt) => (
              <>
                <span className="entry-time number-cell">{format.moment(Date.parse(attempt.newest_at))}</span>
                <b>{t(refusalKey(attempt.reason_code))}</b>
                <span className="caption ellipsis id">{attempt.client_id ?? attempt.address}</span>
              </>
            )}
            more={(attempt) => (
              <p className="caption">
                {t('gateways.refused.client', {
                  client: attempt.client_id ?? '—',
                  username: attempt.username ?? '—',
                  version: attempt.protocol_version ?? '—',
                  address: attempt.address,
                  count: attempt.count,
                })}{' '}
                {attempt.reason}
              </p>
            )}
          />
        </>
      )}
    </>
  );
}

const keyOf = (attempt: RefusedConnection) =>
  `${attempt.first_at} ${attempt.client_id} ${attempt.username} ${attempt.address} ${attempt.reason}`;
