// The webhooks: each with its last answers, switched on or off, tested and removed; and one more can be added.

import type { ChannelTestReply, NotificationChannel } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';
import { SecretDialog } from '../secret-dialog.tsx';

const NOTHING_WRONG: Readonly<Record<string, string>> = {};

export function Webhooks({ channels }: { channels: readonly NotificationChannel[] }) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [draft, setDraft] = useState({ name: '', url: '' });
  const [faults, setFaults] = useState(NOTHING_WRONG);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setFaults(NOTHING_WRONG);
    try {
      const { secret } = await api.addWebhook(draft.name.trim(), draft.url.trim());
      setMade({ name: draft.name.trim(), secret });
      setDraft({ name: '', url: '' });
    } catch (error) {
      setFaults(formFaults(t, error));
    }
    await queries.invalidateQueries({ queryKey: ['notification-channels'] });
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('notify.webhooks')}</h2>
        <span className="caption hidden tablet:inline">{t('notify.webhooks.hint')}</span>
      </div>
      {channels.map((channel) => (
        <WebhookRow key={channel.id} channel={channel} onSecret={(secret) => setMade({ name: channel.name, secret })} />
      ))}
      <form className="grid gap-3 p-4" noValidate onSubmit={(event) => void add(event)}>
        <Field label={t('notify.webhooks.name')} fault={faults.name}>
          {(field) => (
            <span className="input">
              <input
                {...field}
                autoComplete="off"
                value={draft.name}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
              />
            </span>
          )}
        </Field>
        <Field label={t('notify.webhooks.url')} fault={faults.url ?? faults['']}>
          {(field) => (
            <span className="input">
              <input
                {...field}
                type="url"
                autoComplete="off"
                placeholder="https://"
                value={draft.url}
                onChange={(event) => setDraft({ ...draft, url: event.target.value })}
              />
            </span>
          )}
        </Field>
        <div>
          <button type="submit" className="button" disabled={draft.name.trim() === '' || draft.url.trim() === ''}>
            {t('notify.webhooks.add')}
          </button>
        </div>
      </form>
      {made === null ? null : (
        <SecretDialog
          title={made.name}
          lead={t('secret.lead')}
          stored={t('secret.stored')}
          secrets={[{ label: t('secret.secret'), value: made.secret }]}
          onClose={() => setMade(null)}
        />
      )}
    </section>
  );
}

function WebhookRow({ channel, onSecret }: { channel: NotificationChannel; onSecret: (secret: string) => void }) {
  const { t, format } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [reply, setReply] = useState<ChannelTestReply | null>(null);
  const [fault, setFault] = useState('');
  const moment = (time: string) => format.moment(Date.parse(time));
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    setFault('');
    setReply(null);
    try {
      await work();
    } catch (error) {
      setFault(Object.values(formFaults(t, error))[0] ?? '');
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ['notification-channels'] });
  };
  const buttons: [text: string, work: () => Promise<void>][] = [
    ...(channel.is_active
      ? ([[t('notify.test'), async () => setReply(await api.testChannel(channel.id))]] as [
          string,
          () => Promise<void>,
        ][])
      : []),
    [
      t(channel.is_active ? 'notify.webhooks.off' : 'notify.webhooks.on'),
      () => api.switchChannel(channel.id, !channel.is_active),
    ],
    [t('notify.webhooks.rotate'), async () => onSecret((await api.rotateChannel(channel.id)).secret)],
    [t('notify.webhooks.remove'), () => api.removeChannel(channel.id)],
  ];
  const said =
    channel.last_accepted === null
      ? t('notify.webhooks.never')
      : t('notify.mail.last', { time: moment(channel.last_accepted.at), response: channel.last_accepted.response });
  return (
    <div className="grid gap-2 p-4">
      <div>
        <h3 className="text-strong">{channel.name}</h3>
        <span className="caption">{channel.description}</span>
      </div>
      <p className="caption">{channel.is_active ? said : t('notify.webhooks.is_off')}</p>
      {channel.fault === null ? null : <FaultText>{channel.fault}</FaultText>}
      {channel.last_fault === null ? null : (
        <FaultText>
          {t('notify.mail.fault', { time: moment(channel.last_fault.at), response: channel.last_fault.response })}
        </FaultText>
      )}
      <div className="flex flex-wrap gap-2">
        {buttons.map(([text, work]) => (
          <button
            key={text}
            type="button"
            className="button button-small"
            disabled={busy}
            aria-label={`${text}: ${channel.name}`}
            onClick={() => void act(work)}
          >
            {text}
          </button>
        ))}
      </div>
      <div role="status">
        {reply === null ? null : reply.result === 'accepted' ? (
          <p>{t('notify.webhooks.accepted', { response: reply.response })}</p>
        ) : (
          <FaultText>{t('notify.test.failed', { response: reply.response })}</FaultText>
        )}
        {fault === '' ? null : <FaultText>{fault}</FaultText>}
      </div>
    </div>
  );
}
