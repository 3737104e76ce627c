// The sessions of another user, for Management to end.

import type { User } from '@gonsters/contract';
import { useState } from 'react';
import { Dialog, DialogCancel } from '../../../components/ui/dialog/dialog.tsx';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { SessionRows } from './session-rows.tsx';
import { useSecurityText } from './use-security-text.ts';
import { useSessions } from './use-sessions.ts';

export function UserSessionsDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t, say } = useSecurityText();
  const { query, end, endAll } = useSessions(user.id);
  const [busy, setBusy] = useState(false);
  const name = user.username;
  const all = async () => {
    setBusy(true);
    await endAll(say('sessions.ended_all', { name }));
    setBusy(false);
  };
  const count = query.data?.length ?? 0;
  return (
    <Dialog
      wide
      title={say('sessions.of', { name })}
      onClose={onClose}
      actions={
        <>
          {count > 0 ? (
            <button type="button" className="button foot-left" disabled={busy} onClick={() => void all()}>
              {say('sessions.end_all')}
            </button>
          ) : null}
          <DialogCancel>{t('app.close')}</DialogCancel>
        </>
      }
    >
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {query.data && count === 0 ? <p>{say('sessions.none', { name })}</p> : null}
      {query.data && count > 0 ? (
        <div className="dialog-list">
          <SessionRows sessions={query.data} onEnd={end} />
        </div>
      ) : null}
    </Dialog>
  );
}
