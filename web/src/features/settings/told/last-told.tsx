// What became of the newest message to each contact point, the newest first.

import type { ContactPoint } from '@gonsters/contract';
import { useTellingText } from '../telling/use-telling-text.ts';
import { lastText } from './last-text.ts';

export function LastTold({ contacts }: { contacts: readonly ContactPoint[] }) {
  const { say, format } = useTellingText();
  const told = contacts
    .flatMap((contact) => (contact.last === null ? [] : [{ contact, atMs: Date.parse(contact.last.at) }]))
    .sort((a, b) => b.atMs - a.atMs);
  return (
    <section className="card" aria-label={say('told.last')}>
      <div className="card-head">
        <h2>{say('told.last')}</h2>
        {told.length === 0 ? null : <span className="caption">{format.zone(Date.now())}</span>}
      </div>
      {told.length === 0 ? <p className="card-note">{say('told.last.none')}</p> : null}
      <ul className={told.length === 0 ? 'hidden' : 'timeline'}>
        {told.map(({ contact, atMs }) => (
          <li key={contact.id} className={contact.last?.state === 'failed' ? 'is-gap' : ''}>
            <time dateTime={contact.last?.at}>
              {format.minute(atMs)}
              <small>{format.day(atMs)}</small>
            </time>
            <div>
              <b>{contact.label ?? contact.channel_name}</b>
              <p>{lastText(say, format, contact)}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
