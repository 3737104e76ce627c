// Where the signed-in user is signed in.

import { useState } from 'react';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { SessionRows } from './session-rows.tsx';
import { useSecurityText } from './use-security-text.ts';
import { useSessions } from './use-sessions.ts';

export function SessionsCard() {
  const { say } = useSecurityText();
  const { query, end, endAll } = useSessions('me');
  const [busy, setBusy] = useState(false);
  const hasOthers = query.data?.some(({ is_current }) => !is_current) ?? false;
  const endOthers = async () => {
    setBusy(true);
    await endAll(say('sessions.ended_others'));
    setBusy(false);
  };
  return (
    <section className="card">
      <div className="card-head list-head-tools">
        <div>
          <h2>{say('sessions.title')}</h2>
          <span className="caption">{say('sessions.hint')}</span>
        </div>
        <span className="flex-1" />
        {hasOthers ? (
          <button type="button" className="button" disabled={busy} onClick={() => void endOthers()}>
            {say('sessions.end_others')}
          </button>
        ) : null}
      </div>
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {query.data === undefined ? null : <SessionRows sessions={query.data} onEnd={end} />}
    </section>
  );
}
