// The sessions of a user: which browser, from where, since when, and how it was signed in. Each can be ended.

import type { UserSession } from '@gonsters/contract';
import { Monitor, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { Cell, ColumnHeads } from '../labelled-cell.tsx';
import { browserName } from './browser-name.ts';
import { useSecurityText } from './use-security-text.ts';

export function SessionRows({
  sessions,
  onEnd,
}: {
  sessions: readonly UserSession[];
  onEnd: (session: UserSession) => Promise<void>;
}) {
  const { say } = useSecurityText();
  return (
    <>
      <ColumnHeads
        className="sessions"
        labels={['', say('sessions.browser'), say('sessions.method'), say('sessions.since'), say('sessions.used')]}
      />
      <ul>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} onEnd={() => onEnd(session)} />
        ))}
      </ul>
    </>
  );
}

function SessionRow({ session, onEnd }: { session: UserSession; onEnd: () => Promise<void> }) {
  const { say, format } = useSecurityText();
  const [busy, setBusy] = useState(false);
  const { browser, system, isMobile } = browserName(session.user_agent);
  const Icon = isMobile ? Smartphone : Monitor;
  const known = browser ?? say('sessions.unknown_browser');
  const name = system === null ? known : say('browser.on', { browser: known, system });
  const address = session.address ?? say('sessions.no_address');
  const end = async () => {
    setBusy(true);
    await onEnd();
    setBusy(false);
  };
  return (
    <li className="list-row sessions">
      <Icon size={20} strokeWidth={1.5} aria-hidden="true" />
      <div className="cell cell-main">
        <b>
          {name}
          {session.is_current ? <span className="tag">{say('sessions.this')}</span> : null}
        </b>
        <span className="caption">{address}</span>
      </div>
      <Cell label={say('sessions.method')}>{say(`sessions.method.${session.method}`)}</Cell>
      <Cell label={say('sessions.since')} className="number-cell">
        {format.moment(Date.parse(session.created_at))}
      </Cell>
      <Cell label={say('sessions.used')} className="number-cell">
        {format.moment(Date.parse(session.last_used_at))}
      </Cell>
      {session.is_current ? null : (
        <button
          type="button"
          className="button button-small cell-action"
          aria-label={say('sessions.end.which', { browser: name, address })}
          disabled={busy}
          onClick={() => void end()}
        >
          {say('sessions.end')}
        </button>
      )}
    </li>
  );
}
