// The link that proves a contact point: opened in the app of the channel, it sends its code to the bot.

import type { ContactPoint } from '@gonsters/contract';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { useTellingText } from '../telling/use-telling-text.ts';

export function LinkEntry({
  who,
  contact,
  link,
  onLink,
}: {
  who: string;
  contact: ContactPoint;
  link: string | null;
  onLink: (contactId: string, link: string) => void;
}) {
  const { say, t, format } = useTellingText();
  const api = useTellingApi();
  const [busy, setBusy] = useState(false);
  const expiresMs = contact.code_expires_at === null ? null : Date.parse(contact.code_expires_at);
  const again = async () => {
    setBusy(true);
    try {
      const { link: made } = await api.sendContactCode(who, contact.id);
      if (made !== null) onLink(contact.id, made);
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    setBusy(false);
  };
  const isOpen = link !== null && expiresMs !== null;
  const code = link === null ? null : new URL(link).searchParams.get('start');
  return (
    <div className="contact-code">
      {isOpen ? (
        <a className="button button-primary" href={link} target="_blank" rel="noreferrer">
          {say('told.link.open', { channel: contact.channel_name })}
        </a>
      ) : null}
      <span className="caption">
        {isOpen
          ? say('told.link.until', { time: `${format.minute(expiresMs)} ${format.zone(expiresMs)}` })
          : say('told.link.none')}
      </span>
      {isOpen ? (
        <span className="caption">
          {say('told.link.by_hand')} <code>/start {code}</code>
        </span>
      ) : null}
      <button type="button" className="button button-small" disabled={busy} onClick={() => void again()}>
        {say('told.link.again')}
      </button>
    </div>
  );
}
