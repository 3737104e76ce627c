// Reports that the clock of a server is in doubt and that nothing old is deleted. A permitted user can confirm the clock.

import type { ClockHold } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ClockAlert } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import '../../../styles/differences.css';

const KEY = ['system', 'clock'];
/** A clock that is in doubt stays so for an hour as a rule. */
const ASK_EVERY_MS = 30_000;
/** After this the servers go on by themselves. */
const LONGEST_HOLD_MS = 24 * 3_600_000;

export function ClockNotice() {
  const { t, format } = useText();
  const api = useApi();
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.clock(signal),
    refetchInterval: ASK_EVERY_MS,
  });
  const [asking, setAsking] = useState(false);
  const [first] = data?.holds ?? [];
  return (
    <>
      {first === undefined ? null : (
        <div className="banner">
          <ClockAlert size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="min-w-0 flex-1" role="status">
            {t(`clock.${first.fault}`, { host: first.host, by: format.age(first.by_seconds * 1000) })}{' '}
            {t('clock.nothing_deleted')}
          </span>
          <button type="button" className="button button-small" onClick={() => setAsking(true)}>
            {t('clock.check')}
          </button>
        </div>
      )}
      {asking ? <ConfirmClock holds={data?.holds ?? []} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function ConfirmClock({ holds, onClose }: { holds: readonly ClockHold[]; onClose: () => void }) {
  const { t, format } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const longestMs = Math.max(0, ...holds.map((hold) => hold.held_seconds)) * 1000;
  return (
    <ConfirmDialog
      title={t('clock.title')}
      confirm={t('clock.confirm')}
      run={async () => {
        queries.setQueryData(KEY, await api.confirmClock());
        toast.success(t('clock.confirmed'));
      }}
      onClose={onClose}
    >
      <ul className="differences">
        {holds.map((hold) => (
          <li key={hold.node}>
            <b>{hold.host}</b>
            <span>{format.moment(Date.parse(hold.server_time))}</span>
          </li>
        ))}
      </ul>
      <p>{t('clock.explain')}</p>
      <p className="caption">{t('clock.by_itself', { age: format.age(Math.max(0, LONGEST_HOLD_MS - longestMs)) })}</p>
    </ConfirmDialog>
  );
}
