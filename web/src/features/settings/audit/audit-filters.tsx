// Filters of the audit log: user, action, and time in the zone of the browser.

import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useId } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { SelectChip } from '../../../components/ui/form/select-chip.tsx';
import { AUDIT_ACTIONS, useAuditText } from '../../../i18n/audit/audit-actions.ts';
import { isoOfLocal, localTime } from '../settings-search.ts';
import { useSettingsSearch } from '../use-settings-search.ts';

export function AuditFilters({ busy, onRefresh }: { busy: boolean; onRefresh: () => void }) {
  const { t, say, format } = useAuditText();
  const api = useApi();
  const mayReadUsers = useMay('read:users');
  const { search, narrow } = useSettingsSearch();
  const users = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => api.users(signal),
    enabled: mayReadUsers,
  });
  const id = useId();
  return (
    <div className="card-head list-head-tools audit-filters">
      <SearchField
        label={t('audit.user')}
        list={`${id}-users`}
        value={search.user ?? ''}
        onFind={(user) => narrow({ user })}
      />
      <datalist id={`${id}-users`}>
        {users.data?.map((user) => (
          <option key={user.id} value={user.username} />
        ))}
      </datalist>
      <SelectChip
        label={t('audit.action')}
        any={t('machines.filter.any')}
        value={search.action ?? ''}
        choices={AUDIT_ACTIONS.map((value) => ({ value, label: say(value) }))}
        onChoose={(action) => narrow({ action: action || undefined })}
      />
      {(['from', 'to'] as const).map((side) => (
        <label key={side} className="input time-input">
          <span className="suffix">{t(`audit.${side}`)}</span>
          <input
            type="datetime-local"
            value={localTime(search[side])}
            onChange={(event) => narrow({ [side]: isoOfLocal(event.target.value) })}
          />
        </label>
      ))}
      <span className="caption">{format.zone(Date.now())}</span>
      <span className="flex-1" />
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={t('audit.refresh')}
        disabled={busy}
        onClick={onRefresh}
      >
        <RefreshCw size={16} strokeWidth={1.5} />
      </button>
    </div>
  );
}
