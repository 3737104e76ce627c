// The contact points for critical alerts, or for the rest, in the order in which they are tried.

import type { ContactPreferences, ContactsReply } from '@gonsters/contract';
import { BellRing } from 'lucide-react';
import type { ReactNode } from 'react';
import { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { moved } from '../telling/order.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { contactsFor, orderFor, type Purpose, withOrder, withSameOrder } from './contact-order.ts';
import { ContactRow } from './contact-row.tsx';

export function ContactCard({
  purpose,
  who,
  reply,
  preferences,
  mayChange,
  head,
  foot,
  links,
  onLink,
  refresh,
  onChange,
}: {
  purpose: Purpose;
  who: string;
  reply: ContactsReply;
  preferences: ContactPreferences;
  mayChange: boolean;
  /** A button in the head. */
  head: ReactNode;
  /** A row after the others. */
  foot: ReactNode;
  /** The links that were made on this page, by contact point. */
  links: Readonly<Record<string, string>>;
  onLink: (contactId: string, link: string) => void;
  refresh: () => Promise<void>;
  onChange: (part: Partial<ContactPreferences>) => void;
}) {
  const { say } = useTellingText();
  const isSame = preferences.critical === null;
  const { used, unused } = contactsFor(reply.contacts, preferences, purpose);
  const order = orderFor(preferences, purpose);
  const put = (next: readonly string[]) => onChange(withOrder(preferences, purpose, next));
  const reorder = useReorder((from, to) => {
    // Places are those of the contact points that exist.
    put(moved(used, from, to).map(({ id }) => id));
  });
  const isHidden = purpose === 'normal' && isSame;
  const title = say(purpose === 'critical' ? 'told.critical' : 'told.other');
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        {purpose === 'critical' ? <span className="caption">{say('told.critical.hint')}</span> : null}
        <span className="flex-1" />
        {head}
        {purpose === 'normal' ? (
          <label className="switch head-switch">
            <span className="caption">{say('told.same')}</span>
            <input
              type="checkbox"
              role="switch"
              aria-checked={isSame}
              checked={isSame}
              disabled={!mayChange}
              onChange={() => onChange(withSameOrder(preferences, !isSame))}
            />
          </label>
        ) : null}
      </div>
      {isHidden ? null : (
        <>
          {reply.contacts.length === 0 ? (
            <StateMessage icon={BellRing} title={say('told.none')}>
              {say('told.none.hint')}
            </StateMessage>
          ) : null}
          <ol data-reorder>
            {used.map((contact, place) => (
              <ContactRow
                key={contact.id}
                who={who}
                contact={contact}
                purpose={purpose}
                mayChange={mayChange}
                use={{ place, count: used.length, reorder, stop: () => put(order.filter((id) => id !== contact.id)) }}
                onUse={null}
                link={links[contact.id] ?? null}
                onLink={onLink}
                refresh={refresh}
              />
            ))}
            {unused.map((contact) => (
              <ContactRow
                key={contact.id}
                who={who}
                contact={contact}
                purpose={purpose}
                mayChange={mayChange}
                use={null}
                onUse={() => put([...order, contact.id])}
                link={links[contact.id] ?? null}
                onLink={onLink}
                refresh={refresh}
              />
            ))}
          </ol>
          {foot}
        </>
      )}
    </section>
  );
}
