// The gateways, worst first, and how to connect a device.

import type { Gateway } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Plus, RouterIcon } from 'lucide-react';
import { useState } from 'react';
import type { GatewayWithPassword } from '../../../api/gateways-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { ConnectPanel } from '../../../components/domain/connect/connect-panel.tsx';
import { useGatewayText } from '../../../components/domain/connect/use-gateway-text.ts';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useOpenAlerts } from '../../../live/use-live.ts';
import { SecretDialog } from '../secret-dialog.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { ClocksWithoutGateway } from './clock-hint.tsx';
import { ConnectionFaults } from './connection-faults.tsx';
import { CredentialsDialog } from './credentials-dialog.tsx';
import { GatewayDialog } from './gateway-dialog.tsx';
import { matchesText, problemOf, worstFirst } from './gateway-problem.ts';
import { GatewayRow } from './gateway-row.tsx';
import { GatewayStats } from './gateway-stats.tsx';
import { SparkplugNodes } from './sparkplug-nodes.tsx';
import '../../../styles/gateways.css';

const REFETCH_MS = 10_000;

export function GatewaysSection() {
  const { t, say } = useGatewayText();
  const api = useApi();
  const [open, setOpen] = useState<Gateway | 'new' | null>(null);
  const [made, setMade] = useState<GatewayWithPassword | null>(null);
  // What was made stays known to the program to paste.
  const [isShown, setShown] = useState(false);
  const [token, setToken] = useState<{ name: string; secret: string } | null>(null);
  const list = useQuery({
    queryKey: ['gateways'],
    queryFn: ({ signal }) => api.gateways(signal),
    refetchInterval: REFETCH_MS,
  });
  const [find, setFind] = useState('');
  const { alerts } = useOpenAlerts();
  // As old as the list, so that ages agree with what it says.
  const nowMs = list.dataUpdatedAt;
  const toReview = list.data?.gateways.filter((gateway) => gateway.needs_review).length ?? 0;
  const ranked = worstFirst(
    (list.data?.gateways ?? [])
      .filter((gateway) => find === '' || matchesText(gateway, find))
      .map((gateway) => ({
        gateway,
        problem: problemOf(gateway, list.data?.client_id_conflicts ?? [], alerts, nowMs),
      })),
  );
  const add = (
    <button type="button" className="button" onClick={() => setOpen('new')}>
      <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
      {t('gateways.add')}
    </button>
  );
  return (
    <div className="gateways-page">
      <div className="column">
        {list.data && list.data.count > 0 ? <GatewayStats list={list.data} nowMs={nowMs} /> : null}
        <section className="card">
          <div className="card-head list-head-tools">
            <h2>{say('gateways.list')}</h2>
            <span className="caption">{say('gateways.worst_first')}</span>
            <span className="flex-1" />
            {list.data && list.data.count > 0 ? (
              <>
                <SearchField label={say('gateways.find')} value={find} onFind={(text) => setFind(text ?? '')} />
                {add}
              </>
            ) : null}
          </div>
          {list.isError && !list.data ? <SectionFailed error={list.error} onRetry={list.refetch} /> : null}
          {list.isPending ? <RowsSkeleton /> : null}
          {list.data?.count === 0 ? (
            <StateMessage icon={RouterIcon} title={t('gateways.empty')} actions={add}>
              {t('gateways.empty.hint')}
            </StateMessage>
          ) : null}
          {toReview === 0 ? null : (
            <p className="card-note" role="status">
              {t('gateways.review.count', { count: toReview })}
            </p>
          )}
          {list.data && list.data.count > 0 ? (
            <>
              <div className="list-head gateways" aria-hidden="true">
                <span />
                <span>{t('gateways.name')}</span>
                <span>{say('gateways.speaks')}</span>
                <span className="gateway-number">{say('gateways.values')}</span>
                <span className="gateway-number">{say('gateways.refused_hour')}</span>
                <span className="gateway-number">{say('gateways.clock')}</span>
                <span className="gateway-number">{say('gateways.newest')}</span>
              </div>
              {ranked.length === 0 ? <p className="card-note">{say('gateways.none_found', { text: find })}</p> : null}
              <ul>
                {ranked.map(({ gateway, problem }) => (
                  <GatewayRow
                    key={gateway.id}
                    gateway={gateway}
                    problem={problem}
                    nowMs={nowMs}
                    onEdit={() => setOpen(gateway)}
                    onAdd={() => setOpen('new')}
                  />
                ))}
              </ul>
            </>
          ) : null}
          {list.data ? <ClocksWithoutGateway clocks={list.data.clocks} /> : null}
          {list.data ? <SparkplugNodes host={list.data.sparkplug} /> : null}
          {list.data ? <ConnectionFaults list={list.data} /> : null}
        </section>
      </div>
      <aside className="gateways-aside">
        <ConnectPanel made={made} />
      </aside>
      {open === null ? null : (
        <GatewayDialog
          gateway={open === 'new' ? null : open}
          onMade={(next) => {
            setMade(next);
            setShown(true);
          }}
          onToken={setToken}
          onClose={() => setOpen(null)}
        />
      )}
      {isShown && made?.password ? (
        <CredentialsDialog
          gateway={made.gateway}
          password={made.password}
          broker={list.data?.broker ?? null}
          onClose={() => setShown(false)}
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
    </div>
  );
}
