// One contact point: where, whether it is verified, what became of the last message, and the code while it is not verified.

import type { ContactPoint } from '@gonsters/contract';
import { CircleMinus, GripVertical, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import type { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { MenuItem, MoreMenu } from '../../../components/ui/more-menu.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { ChannelIcon } from '../telling/channel-icon.tsx';
import { OpenMark } from '../telling/open-mark.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { CodeEntry } from './code-entry.tsx';
import type { Purpose } from './contact-order.ts';
import { lastText } from './last-text.ts';
import { LinkEntry } from './link-entry.tsx';

interface InUse {
  place: number;
  count: number;
  reorder: ReturnType<typeof useReorder>;
  stop: () => void;
}

export function ContactRow({
  who,
  contact,
  purpose,
  mayChange,
  use,
  onUse,
  link,
  onLink,
  refresh,
}: {
  who: string;
  contact: ContactPoint;
  purpose: Purpose;
  mayChange: boolean;
  /** null where it is not used for this purpose. */
  use: InUse | null;
  onUse: (() => void) | null;
  /** The link that was made for it last; null where there is none on this page. */
  link: string | null;
  onLink: (contactId: string, link: string) => void;
  refresh: () => Promise<void>;
}) {
  const { say, t, format } = useTellingText();
  const api = useTellingApi();
  const [busy, setBusy] = useState(false);
  const name = contact.label ?? contact.channel_name;
  const address = contact.awaits_link
    ? say('told.link.waits')
    : contact.address === ''
      ? say('told.own_destination')
      : contact.address;
  const where = contact.label === null ? address : `${contact.channel_name}, ${address}`;
  const verified =
    contact.verified_at === null
      ? ''
      : `, ${say('told.verified', { day: format.day(Date.parse(contact.verified_at)) })}`;
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await refresh();
    setBusy(false);
  };
  const test = async () => {
    const { sent } = await api.testContact(who, contact.id);
    if (sent === null) return;
    const { result, response, took_ms: ms } = sent;
    const text = say(`channels.test.${result}`, { ms, response });
    if (result === 'accepted') toast.success(text);
    else toast.error(text);
  };
  const remove = async () => {
    await api.removeContact(who, contact.id);
    toast.success(say('told.removed', { name }));
  };
  return (
    <li className={`contact-row ${use === null ? 'is-out' : ''}`} {...(use === null ? {} : use.reorder.row(use.place))}>
      {use === null || !mayChange ? (
        <span />
      ) : (
        <button
          type="button"
          className="drag-grip"
          aria-label={say('told.move', { name, place: use.place + 1, count: use.count })}
          {...use.reorder.handle(use.place)}
        >
          <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      )}
      <ChannelIcon kind={contact.kind} />
      <div className="min-w-0">
        <h3>{name}</h3>
        <span className="caption block">{where + verified}</span>
        {contact.fault_code === null ? null : (
          <span className="warn-word">
            <OpenMark />
            {say(contact.fault_code === 'channel_off' ? 'told.fault.channel_off' : 'told.fault.channel_removed')}
          </span>
        )}
      </div>
      <span className="caption contact-last">
        {contact.is_verified ? (
          use === null ? (
            say('told.unused')
          ) : (
            lastText(say, format, contact)
          )
        ) : (
          <span className="warn-word">
            <OpenMark />
            {say('told.not_verified')}
          </span>
        )}
      </span>
      {mayChange ? (
        <div className="contact-tools">
          {contact.is_verified && use !== null ? (
            <button type="button" className="button button-small" disabled={busy} onClick={() => void act(test)}>
              {say(busy ? 'told.testing' : 'told.test')}
            </button>
          ) : null}
          {contact.is_verified && onUse !== null ? (
            <button type="button" className="button button-small" onClick={onUse}>
              {say('told.use')}
            </button>
          ) : null}
          <MoreMenu label={say('told.more', { name })}>
            {use === null || !contact.is_verified ? null : (
              <MenuItem icon={CircleMinus} onSelect={use.stop}>
                {say('told.use_not')}
              </MenuItem>
            )}
            <MenuItem icon={Trash2} onSelect={() => void act(remove)}>
              {say('told.remove')}
            </MenuItem>
          </MoreMenu>
        </div>
      ) : null}
      {!contact.is_verified && mayChange && purpose === 'critical' ? (
        contact.awaits_link ? (
          <LinkEntry who={who} contact={contact} link={link} onLink={onLink} />
        ) : (
          <CodeEntry who={who} contact={contact} name={name} refresh={refresh} />
        )
      ) : null}
    </li>
  );
}
