// The users, their roles, and when they last signed in.

import type { User } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListFilter, Pencil, Plus, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useSecurityApi } from '../../../api/security-api.ts';
import { useApi, useMay, useSessionState } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { usePasswordText } from '../../../components/domain/passwords/use-password-text.ts';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { Cell, ColumnHeads } from '../labelled-cell.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { OidcRules } from '../security/oidc-rules.tsx';
import { POLICY_KEY, PolicyCard } from '../security/policy-card.tsx';
import { useSecurityText } from '../security/use-security-text.ts';
import { UserSignIn } from '../security/user-sign-in.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { AddUserDialog } from './add-user-dialog.tsx';
import { EditUserDialog } from './edit-user-dialog.tsx';
import '../../../styles/security.css';

export const USERS_KEY = ['users'];

export function UsersSection() {
  const { t, say } = useSecurityText();
  const api = useApi();
  const securityApi = useSecurityApi();
  const mayWrite = useMay('write:users');
  const { search, narrow } = useSettingsSearch();
  const [open, setOpen] = useState<User | 'new' | null>(null);
  const users = useQuery({ queryKey: USERS_KEY, queryFn: ({ signal }) => api.users(signal) });
  const policy = useQuery({ queryKey: POLICY_KEY, queryFn: ({ signal }) => securityApi.policy(signal) });
  const shown = users.data?.filter((user) => matches(user, search.find ?? '')) ?? [];
  return (
    <>
      <section className="card">
        <div className="card-head list-head-tools">
          <h2>{t('users.count', { count: users.data?.length ?? 0 })}</h2>
          <span className="flex-1" />
          <SearchField label={t('users.find')} value={search.find ?? ''} onFind={(find) => narrow({ find })} />
          {mayWrite ? (
            <button type="button" className="button button-primary" onClick={() => setOpen('new')}>
              <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
              {t('users.add')}
            </button>
          ) : null}
        </div>
        {users.isError && !users.data ? <SectionFailed error={users.error} onRetry={users.refetch} /> : null}
        {users.isPending ? <RowsSkeleton /> : null}
        {users.data && shown.length === 0 ? (
          <StateMessage
            icon={ListFilter}
            title={t('users.none_match')}
            actions={
              <button type="button" className="button" onClick={() => narrow({ find: undefined })}>
                {t('machines.clear')}
              </button>
            }
          />
        ) : null}
        {shown.length > 0 ? (
          <>
            <ColumnHeads
              className="users"
              labels={[
                t('users.name'),
                t('users.role'),
                t('users.department'),
                say('users.sign_in'),
                t('users.last_login'),
              ]}
            />
            <ul>
              {shown.map((user) => (
                <UserRow
                  key={user.id}
                  user={user}
                  needsFactor={policy.data?.second_factor[user.role] === 'required'}
                  mayWrite={mayWrite}
                  onEdit={() => setOpen(user)}
                />
              ))}
            </ul>
          </>
        ) : null}
        {open === 'new' ? <AddUserDialog onClose={() => setOpen(null)} /> : null}
        {open !== null && open !== 'new' ? <EditUserDialog user={open} onClose={() => setOpen(null)} /> : null}
      </section>
      {mayWrite && policy.data ? <PolicyCard policy={policy.data} users={users.data ?? []} /> : null}
      {mayWrite ? <OidcRules /> : null}
    </>
  );
}

function UserRow({
  user,
  needsFactor,
  mayWrite,
  onEdit,
}: {
  user: User;
  /** The role requires a second factor. */
  needsFactor: boolean;
  mayWrite: boolean;
  onEdit: () => void;
}) {
  const { t, say, format } = usePasswordText();
  const session = useSessionState();
  const isSelf = session.phase === 'signed-in' && session.user.id === user.id;
  return (
    <li className={`list-row users ${user.is_active ? '' : 'is-off'}`}>
      <div className="cell cell-main">
        <b className="ellipsis">
          {user.username}
          {isSelf ? <span className="tag">{t('users.you')}</span> : null}
          {user.is_admitted ? null : <span className="tag">{say('admit.waits')}</span>}
          {user.is_active ? null : <span className="tag">{t('users.inactive')}</span>}
        </b>
        <span className="caption ellipsis">
          {user.factory_id === null
            ? user.email
            : t('users.of_factory', { email: user.email, factory: user.factory_id })}
        </span>
      </div>
      <Cell label={t('users.role')}>{user.role}</Cell>
      <Cell label={t('users.department')}>{user.department ?? '—'}</Cell>
      <UserSignIn user={user} needsFactor={needsFactor} />
      <Cell label={t('users.last_login')} className="number-cell">
        {user.last_login === null ? t('users.never') : format.moment(Date.parse(user.last_login))}
      </Cell>
      <div className="cell-buttons cell-action">
        <Link
          to="/settings/{-$section}"
          params={{ section: 'told' }}
          search={(search) => ({ ...keepPanelFilters(search), person: user.id })}
          className="button button-quiet button-icon button-small"
          aria-label={t('users.told', { name: user.username })}
          title={t('users.told', { name: user.username })}
        >
          <Smartphone size={16} strokeWidth={1.5} />
        </Link>
        {mayWrite ? (
          <button
            type="button"
            className="button button-quiet button-icon button-small"
            aria-label={t('users.edit', { name: user.username })}
            onClick={onEdit}
          >
            <Pencil size={16} strokeWidth={1.5} />
          </button>
        ) : null}
      </div>
    </li>
  );
}

function matches(user: User, text: string): boolean {
  const wanted = text.toLocaleLowerCase();
  return [user.username, user.email, user.department ?? '', user.factory_id ?? '', user.role].some((part) =>
    part.toLocaleLowerCase().includes(wanted),
  );
}
