// The newest messages to oneself: about which alert, by which channel, and what the other side answered.

import type { OwnMessage } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { alertText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { SectionFailed } from '../section-states.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';

/** The states of what is being sent change by themselves. */
const LOOK_EVERY_MS = 10_000;
const FIRST_SHOWN = 8;

export function OwnMessages() {
  const { say, format } = useTellingText();
  const api = useTellingApi();
  const [all, setAll] = useState(false);
  const { data, isError, error, refetch } = useQuery({
    queryKey: ['own-messages'],
    queryFn: ({ signal }) => api.ownMessages(signal),
    refetchInterval: LOOK_EVERY_MS,
  });
  const shown = all ? (data ?? []) : (data ?? []).slice(0, FIRST_SHOWN);
  return (
    <section className="card" aria-label={say('told.last')}>
      <div className="card-head">
        <h2>{say('told.last')}</h2>
        {shown.length === 0 ? null : <span className="caption">{format.zone(Date.now())}</span>}
      </div>
      {isError && data === undefined ? <SectionFailed error={error} onRetry={refetch} /> : null}
      {data?.length === 0 ? <p className="card-note">{say('told.last.none')}</p> : null}
      <ul className={shown.length === 0 ? 'hidden' : 'timeline'}>
        {shown.map((message) => (
          <Row key={message.id} message={message} />
        ))}
      </ul>
      {data !== undefined && data.length > shown.length ? (
        <button type="button" className="card-more" onClick={() => setAll(true)}>
          {say('told.messages.more', { count: data.length - shown.length })}
        </button>
      ) : null}
    </section>
  );
}

function Row({ message }: { message: OwnMessage }) {
  const texts = useAlertTexts();
  const { say, format } = useTellingText();
  const { kind, notice, alerts, alert_count: count, channel_name: channel, state, response } = message;
  const atMs = Date.parse(message.sent_at ?? message.created_at);
  const answer = say(`told.messages.${state}`, { channel, response: response ?? '–' });
  return (
    <li className={state === 'failed' ? 'is-gap' : ''}>
      <time dateTime={new Date(atMs).toISOString()}>
        {format.minute(atMs)}
        <small>{format.day(atMs)}</small>
      </time>
      <div>
        {kind === 'notice' ? <b>{noticeText(say, notice)}</b> : null}
        {alerts.map((alert) => (
          <b key={alert.id} className="block">
            <Link to="/alerts/$alertId" params={{ alertId: alert.id }} search={keepPanelFilters}>
              {`${alert.machine_name}: ${alertText(texts, alert)}`}
            </Link>
          </b>
        ))}
        {count > alerts.length ? <p>{say('told.messages.others', { count: count - alerts.length })}</p> : null}
        <p>{kind === 'notice' || kind === 'raised' ? answer : `${say(`told.messages.kind.${kind}`)}, ${answer}`}</p>
        {response === null || state === 'failed' ? null : <p className="caption">{response}</p>}
      </div>
    </li>
  );
}

function noticeText(say: ReturnType<typeof useTellingText>['say'], notice: string | null): string {
  switch (notice) {
    case 'drill':
    case 'duty_gap':
    case 'person_gone':
      return say(`told.notice.${notice}`);
    default:
      return say('told.notice.other');
  }
}
