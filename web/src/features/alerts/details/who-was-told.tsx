// Who was told of an alert, by which channel, and what the other side answered.

import type { AlertNotification } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';

/** The state of what is being sent changes by itself. */
const LOOK_EVERY_MS = 5_000;

export function WhoWasTold({ alertId, seq }: { alertId: string; seq: number }) {
  const { t, format } = useText();
  const api = useApi();
  const told = useQuery({
    queryKey: ['alert-notifications', alertId, seq],
    queryFn: ({ signal }) => api.alertNotifications(alertId, signal),
    refetchInterval: LOOK_EVERY_MS,
    placeholderData: (before) => before,
  });
  // What will only be said if nobody acknowledges the alert has not been said to anybody.
  const said = told.data?.filter((each) => each.kind !== 'still_active' || each.message_id !== null) ?? [];
  if (said.length === 0) return null;
  return (
    <section className="grid gap-3">
      <h3 className="text-strong">{t('notify.told')}</h3>
      <ol className="story" aria-label={t('notify.told')}>
        {said.map((each) => (
          <li key={each.id}>
            <time dateTime={each.created_at}>{format.moment(Date.parse(each.created_at))}</time>
            <span>{t(`notify.told.${each.kind}`)}</span>
            <span className="caption">
              {t('notify.told.to', { contact: each.contact, channel: channelText(each) })}
            </span>
            <Answer told={each} />
          </li>
        ))}
      </ol>
    </section>
  );

  function channelText({ channel }: AlertNotification): string {
    return t(channel === 'email' ? 'notify.channel.email' : 'notify.channel.webhook');
  }
}

function Answer({ told }: { told: AlertNotification }) {
  const { t, format } = useText();
  const moment = (time: string | null) => (time === null ? '—' : format.moment(Date.parse(time)));
  const response = told.response ?? '—';
  const folded = told.folded > 1 ? `, ${t('notify.told.folded', { count: told.folded })}` : '';
  if (told.state === 'failed') return <FaultText>{t('notify.told.failed', { response })}</FaultText>;
  if (told.sent_at !== null) {
    return <span className="caption">{t('notify.told.sent', { time: moment(told.sent_at), response }) + folded}</span>;
  }
  if (told.message_id === null) return <span className="caption">{t('notify.told.waits')}</span>;
  if (told.response === null) return <span className="caption">{t('notify.told.first_attempt') + folded}</span>;
  return <FaultText>{t('notify.told.queued', { time: moment(told.next_attempt_at), response }) + folded}</FaultText>;
}
