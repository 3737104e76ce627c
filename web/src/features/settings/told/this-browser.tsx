// Messages to this browser, also while the page is closed. Permission is asked for when it is switched on, not before.

import type { ContactsReply } from '@gonsters/contract';
import { useEffect, useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { ChannelIcon } from '../telling/channel-icon.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { browserName, currentSubscription, pushAddress, pushNeed, subscribe, surroundings } from './push-support.ts';

/** Which contact point is this browser's; the server shows the address of none. */
const KEY = 'gonsters.push-contact';

export function ThisBrowser({ reply, onAdded }: { reply: ContactsReply; onAdded: () => Promise<void> }) {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const [here, setHere] = useState(surroundings);
  const [isSubscribed, setSubscribed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  useEffect(() => {
    void currentSubscription().then((subscription) => setSubscribed(subscription !== null));
  }, []);
  const channel = reply.channels.find(({ kind }) => kind === 'web_push');
  if (channel === undefined) return null;
  const known = localStorage.getItem(KEY);
  const contact = reply.contacts.find(({ id }) => id === known);
  const isOn = isSubscribed && contact !== undefined;
  const need = pushNeed(here);
  const switchOn = async () => {
    const permission = await Notification.requestPermission();
    setHere(surroundings());
    if (permission !== 'granted') {
      setFault(permission === 'denied' ? '' : say('told.browser.dismissed'));
      return;
    }
    const { public_key: key } = await api.webPushKey(new AbortController().signal);
    if (key === null) return;
    const subscription = await subscribe(key).catch((error: unknown) => {
      setFault(say('told.browser.failed', { reason: error instanceof Error ? error.message : String(error) }));
      return null;
    });
    if (subscription === null) return;
    const { contact: added, sent } = await api.addContact('me', {
      channel_id: channel.id,
      address: pushAddress(subscription),
      label: say('told.browser.label', browserName(navigator.userAgent)),
    });
    localStorage.setItem(KEY, added.id);
    setSubscribed(true);
    if (sent !== null && sent.result !== 'accepted') setFault(say('told.code.failed', { response: sent.response }));
  };
  const switchOff = async () => {
    await (await currentSubscription())?.unsubscribe();
    setSubscribed(false);
    localStorage.removeItem(KEY);
    if (contact !== undefined) await api.removeContact('me', contact.id);
  };
  const toggle = async () => {
    setBusy(true);
    setFault('');
    try {
      await (isOn ? switchOff() : switchOn());
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await onAdded();
    setBusy(false);
  };
  return (
    <div className="contact-row">
      <span />
      <ChannelIcon kind="web_push" />
      <div className="min-w-0">
        <h3>{say('told.browser')}</h3>
        <span className="caption block">
          {need === null ? say(isOn ? 'told.browser.on' : 'told.browser.off') : say(`told.browser.${need}`)}
        </span>
        {fault === '' ? null : <FaultText>{fault}</FaultText>}
      </div>
      <span />
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          aria-label={say('told.browser')}
          aria-checked={isOn}
          checked={isOn}
          disabled={busy || (need !== null && !isOn)}
          onChange={() => void toggle()}
        />
      </label>
    </div>
  );
}
