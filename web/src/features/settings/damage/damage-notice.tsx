// Reports missing and damaged files of the stored readings, until a permitted user has acknowledged them.

import type { Damage } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FileWarning } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import '../../../styles/differences.css';

const KEY = ['system', 'damage'];
const ASK_EVERY_MS = 30_000;
/** The dialog names so many files, oldest first. */
const MAX_SHOWN = 20;

export function DamageNotice() {
  const { t } = useText();
  const api = useApi();
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.damage(signal),
    refetchInterval: ASK_EVERY_MS,
  });
  /** What the open dialog shows; damage that is found meanwhile is not acknowledged with it. */
  const [seen, setSeen] = useState<readonly Damage[] | null>(null);
  const damage = data?.damage ?? [];
  return (
    <>
      {damage.length === 0 ? null : (
        <div className="banner">
          <FileWarning size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="min-w-0 flex-1" role="status">
            {t('damage.notice', { count: damage.length })}
          </span>
          <button type="button" className="button button-small" onClick={() => setSeen(damage)}>
            {t('damage.look')}
          </button>
        </div>
      )}
      {seen === null ? null : <AcknowledgeDamage damage={seen} onClose={() => setSeen(null)} />}
    </>
  );
}

function AcknowledgeDamage({ damage, onClose }: { damage: readonly Damage[]; onClose: () => void }) {
  const { t, format } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const moment = (time: string) => format.moment(Date.parse(time));
  return (
    <ConfirmDialog
      title={t('damage.title')}
      confirm={t('damage.acknowledge')}
      run={async () => {
        queries.setQueryData(KEY, await api.acknowledgeDamage(damage.map(({ file }) => file)));
        toast.success(t('damage.acknowledged'));
      }}
      onClose={onClose}
    >
      <ul className="differences">
        {damage.slice(0, MAX_SHOWN).map(({ file, part, from, to, rebuilt }) => (
          <li key={file}>
            <b>{t(`damage.part.${part}`)}</b>
            <span>
              {from === null || to === null ? file : `${moment(from)} – ${moment(to)}`}
              {rebuilt ? ` (${t('damage.rebuilt')})` : ''}
            </span>
          </li>
        ))}
      </ul>
      {damage.length > MAX_SHOWN ? <p>{t('damage.more', { count: damage.length - MAX_SHOWN })}</p> : null}
      <p>{t('damage.explain')}</p>
    </ConfirmDialog>
  );
}
