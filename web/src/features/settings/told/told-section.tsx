// How a person is told: contact points in order, quiet hours, language, duty. One's own page, or that of another user.

import { Link } from '@tanstack/react-router';
import { BellRing, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMay, useSessionState } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { useTellingNames } from '../telling/use-telling-names.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { useSettingsSearch } from '../use-settings-search.ts';
import { AddContactDialog } from './add-contact-dialog.tsx';
import { ContactCard } from './contact-card.tsx';
import { LanguageRow } from './language-row.tsx';
import { LastTold } from './last-told.tsx';
import { OwnMessages } from './own-messages.tsx';
import { QuietHoursCard } from './quiet-hours.tsx';
import { ThisBrowser } from './this-browser.tsx';
import { useContacts } from './use-contacts.ts';
import { YourDuty } from './your-duty.tsx';
import '../../../styles/telling.css';

export function ToldSection() {
  const { search } = useSettingsSearch();
  const session = useSessionState();
  const mayOpenOthers = useMay('read:users');
  const own = session.phase === 'signed-in' ? session.user.id : null;
  const other = mayOpenOthers && search.person !== own ? search.person : undefined;
  return <Told key={other ?? 'me'} who={other ?? 'me'} />;
}

function Told({ who }: { who: string }) {
  const { say } = useTellingText();
  const isOwn = who === 'me';
  const mayChange = useMay('write:users') || isOwn;
  const contacts = useContacts(who);
  const { query, preferences } = contacts;
  const [adding, setAdding] = useState(false);
  const [links, setLinks] = useState<Readonly<Record<string, string>>>({});
  const onLink = (contactId: string, link: string) => {
    setLinks((before) => ({ ...before, [contactId]: link }));
    void contacts.refresh();
  };
  if (query.isError && !query.data) {
    return (
      <section className="card">
        <SectionFailed error={query.error} onRetry={query.refetch} />
      </section>
    );
  }
  if (!query.data || preferences === null) return <FormSkeleton />;
  const { channels } = query.data;
  const add =
    mayChange && channels.some(({ kind }) => kind !== 'web_push') ? (
      <button type="button" className="button button-small" onClick={() => setAdding(true)}>
        <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
        {say('told.add')}
      </button>
    ) : null;
  const shared = {
    who,
    reply: query.data,
    preferences,
    mayChange,
    links,
    onLink,
    refresh: contacts.refresh,
    onChange: contacts.change,
  };
  const browser = isOwn ? <ThisBrowser reply={query.data} onAdded={contacts.refresh} /> : null;
  return (
    <div className="telling">
      <div className="column content-start">
        {isOwn ? null : <Whose id={who} />}
        {channels.length === 0 ? (
          <NoChannels />
        ) : (
          <ContactCard purpose="critical" {...shared} head={add} foot={browser} />
        )}
        {query.data.contacts.length === 0 ? null : <ContactCard purpose="normal" {...shared} head={null} foot={null} />}
        <QuietHoursCard quiet={preferences.quiet_hours} mayChange={mayChange} onChange={contacts.change} />
        <LanguageRow language={preferences.language} mayChange={mayChange} onChange={contacts.change} />
      </div>
      <aside className="telling-aside" aria-label={say('told.duty')}>
        {isOwn ? <YourDuty /> : null}
        {isOwn ? <OwnMessages /> : <LastTold contacts={query.data.contacts} />}
      </aside>
      {adding ? (
        <AddContactDialog
          who={who}
          channels={channels}
          onAdded={contacts.refresh}
          onLink={onLink}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </div>
  );
}

function Whose({ id }: { id: string }) {
  const { say } = useTellingText();
  const names = useTellingNames();
  const person = names.people.find((each) => each.id === id);
  return (
    <div className="card telling-note">
      <b className="flex-1">{say('told.of', { name: person?.name ?? '…', role: person?.role ?? '…' })}</b>
      <Link
        to="/settings/{-$section}"
        params={{ section: 'users' }}
        search={keepPanelFilters}
        className="button button-small"
      >
        {say('told.of.back')}
      </Link>
    </div>
  );
}

function NoChannels() {
  const { say } = useTellingText();
  const maySetUp = useMay('write:config');
  return (
    <section className="card">
      <StateMessage
        icon={BellRing}
        title={say('told.no_channels')}
        actions={
          maySetUp ? (
            <Link
              to="/settings/{-$section}"
              params={{ section: 'notifications' }}
              search={keepPanelFilters}
              className="button button-primary"
            >
              {say('told.no_channels.set_up')}
            </Link>
          ) : null
        }
      >
        {say('told.no_channels.hint')}
      </StateMessage>
    </section>
  );
}
