// The six digits that prove that a contact point is one's own. The last digit sends them.

import type { ContactPoint } from '@gonsters/contract';
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { formFaults } from '../management-fault.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { CODE_LENGTH, withTyped } from './code-digits.ts';

const PLACES = Array.from({ length: CODE_LENGTH }, (_, place) => place);

export function CodeEntry({
  who,
  contact,
  name,
  refresh,
}: {
  who: string;
  contact: ContactPoint;
  name: string;
  refresh: () => Promise<void>;
}) {
  const { say, t, format } = useTellingText();
  const api = useTellingApi();
  const group = useRef<HTMLFieldSetElement>(null);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const expiresMs = contact.code_expires_at === null ? null : Date.parse(contact.code_expires_at);
  const focus = (place: number) => group.current?.querySelectorAll('input')[Math.min(place, CODE_LENGTH - 1)]?.focus();
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setFault('');
    try {
      await work();
    } catch (error) {
      const faults = formFaults(t, error);
      setFault(faults.code ?? faults[''] ?? Object.values(faults)[0] ?? '');
      setCode('');
      focus(0);
    }
    await refresh();
    setBusy(false);
  };
  const enter = (next: string, place: number) => {
    setCode(next);
    if (next.length < CODE_LENGTH) {
      focus(place);
      return;
    }
    void attempt(async () => {
      await api.verifyContact(who, contact.id, next);
      toast.success(say('told.code.right', { name }));
    });
  };
  const sendAgain = () =>
    attempt(async () => {
      const { sent } = await api.sendContactCode(who, contact.id);
      setCode('');
      if (sent?.result === 'accepted') toast.success(say('told.code.sent', { response: sent.response }));
      else if (sent) setFault(say('told.code.failed', { response: sent.response }));
    });
  const onKeyDown = (place: number) => (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') focus(Math.max(0, place - 1));
    else if (event.key === 'ArrowRight') focus(place + 1);
    else if (event.key === 'Backspace' && code.length > 0) {
      event.preventDefault();
      setCode(code.slice(0, -1));
      focus(code.length - 1);
    }
  };
  const onPaste = (place: number) => (event: ClipboardEvent) => {
    event.preventDefault();
    const next = withTyped(code, place, event.clipboardData.getData('text'));
    enter(next, next.length);
  };
  return (
    <div className="contact-code">
      <fieldset ref={group} className="code-digits" aria-label={say('told.code.group', { name })}>
        {PLACES.map((place) => (
          <input
            key={place}
            inputMode="numeric"
            autoComplete={place === 0 ? 'one-time-code' : 'off'}
            aria-label={say('told.code.label', { name, number: place + 1 })}
            aria-invalid={fault !== ''}
            disabled={busy}
            value={code[place] ?? ''}
            onFocus={(event) => event.target.select()}
            onKeyDown={onKeyDown(place)}
            onPaste={onPaste(place)}
            onChange={(event) => {
              const next = withTyped(code, place, event.target.value);
              enter(next, Math.min(next.length, place + event.target.value.replace(/\D/g, '').length));
            }}
          />
        ))}
      </fieldset>
      <span className="caption">
        {expiresMs === null
          ? say('told.code.none')
          : say('told.code.until', { time: `${format.minute(expiresMs)} ${format.zone(expiresMs)}` })}
      </span>
      <button type="button" className="button button-small" disabled={busy} onClick={() => void sendAgain()}>
        {say(busy ? 'told.code.sending' : 'told.code.again')}
      </button>
      {fault === '' ? null : <FaultText>{fault}</FaultText>}
    </div>
  );
}
