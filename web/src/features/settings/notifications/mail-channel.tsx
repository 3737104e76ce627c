// The mail server: when it last worked, in its own words, and a test.

import type { ChannelTestReply, NotificationChannel } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';

export function MailChannel({ channel, contact }: { channel: NotificationChannel | null; contact: string }) {
  const { t, format } = useText();
  const moment = (time: string) => format.moment(Date.parse(time));
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('notify.mail')}</h2>
        {channel === null ? null : <span className="caption ellipsis">{channel.description}</span>}
      </div>
      {channel === null ? (
        <StateMessage icon={Mail} title={t('notify.mail.none')}>
          {t('notify.mail.none.hint')}
        </StateMessage>
      ) : (
        <div className="grid gap-3 p-4">
          <p>
            {channel.last_accepted === null
              ? t('notify.mail.never')
              : t('notify.mail.last', {
                  time: moment(channel.last_accepted.at),
                  response: channel.last_accepted.response,
                })}{' '}
            {channel.accepted > 0 ? t('notify.mail.accepted', { count: channel.accepted }) : null}
          </p>
          {channel.waiting > 0 ? (
            <p className="caption">{t('notify.mail.waiting', { count: channel.waiting })}</p>
          ) : null}
          {channel.last_fault === null ? null : (
            <FaultText>
              {t('notify.mail.fault', { time: moment(channel.last_fault.at), response: channel.last_fault.response })}
            </FaultText>
          )}
          <TestForm id={channel.id} contact={contact} />
        </div>
      )}
    </section>
  );
}

function TestForm({ id, contact }: { id: string; contact: string }) {
  const { t, format } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [reply, setReply] = useState<ChannelTestReply | null>(null);
  const [fault, setFault] = useState('');
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault('');
    setReply(null);
    try {
      setReply(await api.testChannel(id, (typed ?? contact).trim()));
    } catch (error) {
      const faults = formFaults(t, error);
      setFault(faults.contact ?? faults[''] ?? '');
    }
    setBusy(false);
    void queries.invalidateQueries({ queryKey: ['notification-channels'] });
  };
  return (
    <form noValidate onSubmit={(event) => void send(event)}>
      <Field label={t('notify.test.to')} fault={fault}>
        {(field) => (
          <div className="flex flex-wrap gap-2">
            <span className="input min-w-0 flex-1">
              <input
                {...field}
                type="email"
                autoComplete="off"
                value={typed ?? contact}
                disabled={busy}
                onChange={(event) => setTyped(event.target.value)}
              />
            </span>
            <button type="submit" className="button" disabled={busy || (typed ?? contact).trim() === ''}>
              {t(busy ? 'notify.test.busy' : 'notify.test')}
            </button>
          </div>
        )}
      </Field>
      <div role="status">
        {reply === null ? null : reply.result === 'accepted' ? (
          <p>{t('notify.test.accepted', { ms: format.number(reply.took_ms), response: reply.response })}</p>
        ) : (
          <FaultText>{t('notify.test.failed', { response: reply.response })}</FaultText>
        )}
      </div>
    </form>
  );
}
