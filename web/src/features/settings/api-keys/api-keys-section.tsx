// The API keys of the signed-in user; for Management, those of everybody.

import type { ApiKey } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { IssuedApiKey } from '../../../api/access-keys-api.ts';
import { useApi, useMay, useSessionState } from '../../../api/use-api.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Cell, ColumnHeads } from '../labelled-cell.tsx';
import { SecretDialog } from '../secret-dialog.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { AddKeyDialog } from './add-key-dialog.tsx';
import { KeyDialog } from './key-dialog.tsx';

export function ApiKeysSection() {
  const { t } = useText();
  const api = useApi();
  const all = useMay('read:users');
  const session = useSessionState();
  const [open, setOpen] = useState<ApiKey | 'new' | null>(null);
  const [made, setMade] = useState<IssuedApiKey | null>(null);
  const keys = useQuery({ queryKey: ['api-keys', all], queryFn: ({ signal }) => api.apiKeys(all, signal) });
  if (session.phase !== 'signed-in') return null;
  const { user } = session;
  const add = (
    <button type="button" className="button button-primary" onClick={() => setOpen('new')}>
      <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
      {t('keys.add')}
    </button>
  );
  const close = () => setOpen(null);
  return (
    <section className="card">
      <div className="card-head list-head-tools">
        <h2>{t('keys.count', { count: keys.data?.length ?? 0 })}</h2>
        <span className="flex-1" />
        {keys.data && keys.data.length > 0 ? add : null}
      </div>
      {keys.isError && !keys.data ? <SectionFailed error={keys.error} onRetry={keys.refetch} /> : null}
      {keys.isPending ? <RowsSkeleton /> : null}
      {keys.data?.length === 0 ? (
        <StateMessage icon={KeyRound} title={t('keys.empty')} actions={add}>
          {t('keys.empty.hint')}
        </StateMessage>
      ) : null}
      {keys.data && keys.data.length > 0 ? (
        <>
          <ColumnHeads
            className="gateways"
            labels={[t('keys.name'), t('keys.permissions'), t('secret.expires'), t('secret.last_used')]}
          />
          <ul>
            {keys.data.map((key) => (
              <KeyRow key={key.id} apiKey={key} isOwn={key.user_id === user.id} onOpen={() => setOpen(key)} />
            ))}
          </ul>
        </>
      ) : null}
      {open === 'new' ? <AddKeyDialog permissions={user.permissions} onMade={setMade} onClose={close} /> : null}
      {open !== null && open !== 'new' ? (
        <KeyDialog apiKey={open} isOwn={open.user_id === user.id} onMade={setMade} onClose={close} />
      ) : null}
      {made === null ? null : (
        <SecretDialog
          title={made.key.name}
          lead={t('secret.lead')}
          stored={t('secret.stored')}
          secrets={[{ label: t('secret.secret'), value: made.secret }]}
          onClose={() => setMade(null)}
        />
      )}
    </section>
  );
}

function KeyRow({ apiKey, isOwn, onOpen }: { apiKey: ApiKey; isOwn: boolean; onOpen: () => void }) {
  const { t, format } = useText();
  const { expires_at: expiresAt, last_used: lastUsed } = apiKey;
  return (
    <li className={`list-row gateways ${apiKey.is_active ? '' : 'is-off'}`}>
      <div className="cell cell-main">
        <b className="ellipsis">
          {apiKey.name}
          {apiKey.is_active ? null : <span className="tag">{t('secret.expired')}</span>}
        </b>
        <span className="caption ellipsis">{isOwn ? apiKey.hint : t('keys.of', { name: apiKey.username })}</span>
      </div>
      <Cell label={t('keys.permissions')}>{apiKey.permissions.join(', ')}</Cell>
      <Cell label={t('secret.expires')} className="number-cell">
        {expiresAt === null ? t('secret.never_expires') : format.moment(Date.parse(expiresAt))}
      </Cell>
      <Cell label={t('secret.last_used')} className="number-cell">
        {lastUsed === null ? t('users.never') : format.moment(Date.parse(lastUsed))}
      </Cell>
      <button
        type="button"
        className="button button-quiet button-icon button-small cell-action"
        aria-label={t('users.edit', { name: apiKey.name })}
        onClick={onOpen}
      >
        <Pencil size={16} strokeWidth={1.5} />
      </button>
    </li>
  );
}
