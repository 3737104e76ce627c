// The gateways, what each may publish for, and how each is connected.

import type { Gateway, GatewayStatus } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus, RouterIcon } from 'lucide-react';
import { useState } from 'react';
import type { GatewayWithPassword } from '../../../api/gateways-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Cell, ColumnHeads } from '../labelled-cell.tsx';
import { SecretDialog } from '../secret-dialog.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { ClockHint, ClocksWithoutGateway } from './clock-hint.tsx';
import { ConnectionFaults } from './connection-faults.tsx';
import { CredentialsDialog } from './credentials-dialog.tsx';
import { GatewayDialog } from './gateway-dialog.tsx';
import { connectionText, scopeText } from './gateway-text.ts';
import { GatewayTrafficDetails } from './gateway-traffic-details.tsx';

const REFETCH_MS = 10_000;

export function GatewaysSection() {
  const { t } = useText();
  const api = useApi();
  const [open, setOpen] = useState<Gateway | 'new' | null>(null);
  const [made, setMade] = useState<GatewayWithPassword | null>(null);
  const [token, setToken] = useState<{ name: string; secret: string } | null>(null);
  const list = useQuery({
    queryKey: ['gateways'],
    queryFn: ({ signal }) => api.gateways(signal),
    refetchInterval: REFETCH_MS,
  });
  const toReview = list.data?.gateways.filter((gateway) => gateway.needs_review).length ?? 0;
  const add = (
    <button type="button" className="button button-primary" onClick={() => setOpen('new')}>
      <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
      {t('gateways.add')}
    </button>
  );
  return (
    <section className="card">
      <div className="card-head list-head-tools">
        <h2>{t('gateways.count', { count: list.data?.count ?? 0 })}</h2>
        <span className="flex-1" />
        {list.data && list.data.count > 0 ? add : null}
      </div>
      {list.isError && !list.data ? <SectionFailed error={list.error} onRetry={list.refetch} /> : null}
      {list.isPending ? <RowsSkeleton /> : null}
      {list.data?.count === 0 ? (
        <StateMessage icon={RouterIcon} title={t('gateways.empty')} actions={add}>
          {t('gateways.empty.hint')}
        </StateMessage>
      ) : null}
      {list.data && list.data.count > 0 ? (
        <>
          {toReview === 0 ? null : (
            <p className="card-note" role="status">
              {t('gateways.review.count', { count: toReview })}
            </p>
          )}
          <ColumnHeads
            className="gateways"
            labels={[t('gateways.name'), t('gateways.scope'), t('gateways.created'), t('gateways.connection')]}
          />
          <ul>
            {list.data.gateways.map((gateway) => (
              <GatewayRow key={gateway.id} gateway={gateway} onEdit={() => setOpen(gateway)} />
            ))}
          </ul>
        </>
      ) : null}
      {list.data ? <ClocksWithoutGateway clocks={list.data.clocks} /> : null}
      {list.data ? <ConnectionFaults list={list.data} /> : null}
      {open === null ? null : (
        <GatewayDialog
          gateway={open === 'new' ? null : open}
          onMade={setMade}
          onToken={setToken}
          onClose={() => setOpen(null)}
        />
      )}
      {made?.password ? (
        <CredentialsDialog
          gateway={made.gateway}
          password={made.password}
          broker={list.data?.broker ?? null}
          onClose={() => setMade(null)}
        />
      ) : null}
      {token === null ? null : (
        <SecretDialog
          title={t('gateways.token.shown', { name: token.name })}
          lead={t('secret.lead')}
          stored={t('secret.stored')}
          secrets={[
            { label: t('secret.secret'), value: token.secret },
            { label: t('gateways.token.header'), value: `X-Api-Key: ${token.secret}` },
          ]}
          onClose={() => setToken(null)}
        />
      )}
    </section>
  );
}

function GatewayRow({ gateway, onEdit }: { gateway: GatewayStatus; onEdit: () => void }) {
  const text = useText();
  const { t, format } = text;
  const [connection] = gateway.connections;
  return (
    <li className={`list-row gateways ${gateway.is_active ? '' : 'is-off'}`}>
      <div className="cell cell-main">
        <b className="ellipsis">
          {gateway.name}
          {gateway.is_active ? null : <span className="tag">{t('gateways.inactive')}</span>}
        </b>
        <span className="caption ellipsis id">{gateway.username}</span>
        <ClockHint gateway={gateway} clock={gateway.clock} />
        {gateway.needs_review ? (
          <span className="caption">
            {t('gateways.review')}{' '}
            <button type="button" className="button button-small" onClick={onEdit}>
              {t('gateways.review.open')}
            </button>
          </span>
        ) : null}
      </div>
      <Cell label={t('gateways.scope')}>{scopeText(t, gateway)}</Cell>
      <Cell label={t('gateways.created')} className="number-cell">
        {format.moment(Date.parse(gateway.created_at))}
      </Cell>
      <Cell label={t('gateways.connection')} className="cell-main">
        <span>{connectionText(text, gateway)}</span>
        {connection === undefined ? null : (
          <span className="caption ellipsis">
            {t('gateways.connection.client', {
              version: connection.protocol_version,
              client: connection.client_id,
              address: connection.address,
            })}
          </span>
        )}
      </Cell>
      <button
        type="button"
        className="button button-quiet button-icon button-small cell-action"
        aria-label={t('users.edit', { name: gateway.name })}
        onClick={onEdit}
      >
        <Pencil size={16} strokeWidth={1.5} />
      </button>
      <GatewayTrafficDetails traffic={gateway.traffic} />
    </li>
  );
}
