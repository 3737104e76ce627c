// Who was told of an alert, when, how, and what the other side answered; and who is told next.

import type { Alert, AlertNotification } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { BellOff, Send, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { alertStoryApi } from '../../../api/alert-story-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { figuresText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useReasonText } from '../../../i18n/reasons/use-reason-text.ts';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';
import { TimeLeft } from '../age.tsx';
import { useRaises } from './every-raise.tsx';
import { type Receipt, type ToldEntry, toldTimeline } from './told-timeline.ts';

/** The state of what is being sent changes by itself. */
const LOOK_EVERY_MS = 5_000;

export function ToldCard({ alert }: { alert: Alert }) {
  const { say } = useStoryText();
  const api = useApi();
  const told = useQuery({
    queryKey: ['alert-notifications', alert.id, alert.seq],
    queryFn: ({ signal }) => alertStoryApi(api.client).told(alert.id, signal),
    refetchInterval: LOOK_EVERY_MS,
    placeholderData: (before) => before,
  });
  const raises = useRaises(alert).data;
  const timeline = useMemo(
    () => (told.data && raises ? toldTimeline(alert, raises, told.data.notifications, told.data.run) : null),
    [alert, raises, told.data],
  );
  const nobodyYet = told.data?.notifications.length === 0 && (told.data.run?.next.length ?? 0) === 0;
  return (
    <section className="card" aria-labelledby="who-was-told">
      <div className="card-head">
        <h2 id="who-was-told">{say('story.told')}</h2>
        <span className="flex-1" />
        {timeline?.nextMs ? <NextStep atMs={timeline.nextMs} /> : null}
      </div>
      {told.data?.run?.state === 'nobody' ? (
        <p className="hint told-fault" role="alert">
          <TriangleAlert size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('story.told.nobody')}
        </p>
      ) : null}
      {timeline ? (
        <>
          <Entries entries={timeline.now} alert={alert} />
          {nobodyYet ? (
            <p className="hint told-none">
              <BellOff size={16} strokeWidth={1.5} aria-hidden="true" />
              <span>
                <b>{say('story.told.none')}</b> {say('story.told.none.hint')}
              </span>
            </p>
          ) : null}
          {timeline.earlier.length > 0 ? (
            <>
              <h3 className="told-earlier">{say('story.told.earlier')}</h3>
              <Entries entries={timeline.earlier} alert={alert} />
            </>
          ) : null}
        </>
      ) : told.error ? (
        <LoadFailed title={say('story.told.failed')} error={told.error} onRetry={told.refetch} />
      ) : (
        <div className="p-4" aria-busy="true">
          <Skeleton width="80%" height={140} />
        </div>
      )}
    </section>
  );
}

function NextStep({ atMs }: { atMs: number }) {
  const { say, format } = useStoryText();
  const [before, after] = say('story.told.next_in', { time: '\u0000' }).split('\u0000');
  return (
    <span className="caption" title={format.moment(atMs)}>
      {before}
      <TimeLeft untilMs={atMs} />
      {after}
    </span>
  );
}

function Entries({ entries, alert }: { entries: readonly ToldEntry[]; alert: Alert }) {
  const { format } = useStoryText();
  return (
    <ol className="told">
      {entries.map((entry) => (
        <li key={entry.key} className={`told-${entry.type} ${severityOf(entry)}`}>
          <time dateTime={new Date(entry.timeMs).toISOString()} title={format.moment(entry.timeMs)}>
            {format.stamp(entry.timeMs, Date.now())}
          </time>
          <div>
            <Entry entry={entry} alert={alert} />
          </div>
        </li>
      ))}
    </ol>
  );
}

const severityOf = (entry: ToldEntry) =>
  entry.type === 'escalated'
    ? 'is-crit'
    : entry.type === 'raised'
      ? entry.raise.severity === 'critical'
        ? 'is-crit'
        : 'is-warn'
      : '';

function Entry({ entry, alert }: { entry: ToldEntry; alert: Alert }) {
  const { say } = useStoryText();
  const reasons = useReasonText();
  const texts = useAlertTexts();
  switch (entry.type) {
    case 'raised': {
      const { number } = entry.raise;
      const figures = figuresText(texts, { ...alert, ...entry.raise });
      return (
        <>
          <b>{number === 1 ? say('story.told.raised') : say('story.told.raised_again', { number })}</b>
          {figures === null ? null : <small>{figures}</small>}
        </>
      );
    }
    case 'escalated':
      return <b>{say('story.told.escalated')}</b>;
    case 'cleared':
      return <b>{say('story.told.cleared')}</b>;
    case 'acknowledged':
      return (
        <>
          <b>{say('story.told.acknowledged', { by: entry.by })}</b>
          {entry.note === null ? null : <small>“{entry.note}”</small>}
        </>
      );
    case 'next':
      return (
        <>
          <b>{entry.targets.map(reasons.target).join(', ')}</b>
          <small>{say('story.told.unless')}</small>
        </>
      );
    case 'gap':
      return (
        <>
          <b>{say('story.told.gap')}</b>
          <small className="told-refused">{entry.reason === null ? entry.text : reasons.reason(entry.reason)}</small>
        </>
      );
    case 'told':
      return (
        <>
          <b>{entry.person ?? entry.receipts[0]?.contact}</b>
          <small>
            {say(`story.told.kind.${entry.what}`)}
            {entry.route === null ? null : `, ${say('story.told.rule', { name: entry.route })}`}
          </small>
          {entry.receipts.map((receipt) => (
            <Answer key={receipt.key} receipt={receipt} />
          ))}
        </>
      );
  }
}

function Answer({ receipt: { notification: told, contact } }: { receipt: Receipt }) {
  const { say, format } = useStoryText();
  const channel = useChannelName()(told);
  const response = told.response ?? '—';
  const folded = told.folded > 1 ? `, ${say('story.told.folded', { count: told.folded - 1 })}` : '';
  if (told.state === 'failed' || (told.sent_at === null && told.response !== null)) {
    const again = told.state !== 'failed' && told.next_attempt_at !== null;
    return (
      <span className="told-answer told-refused">
        <TriangleAlert size={13} strokeWidth={1.5} aria-hidden="true" />
        {again
          ? say('story.told.again', {
              channel,
              response,
              time: format.stamp(Date.parse(told.next_attempt_at ?? ''), Date.now()),
            })
          : say('story.told.refused', { channel, response })}
      </span>
    );
  }
  return (
    <span className="told-answer" title={[contact, told.response].filter((part) => part !== null).join(' · ')}>
      <Send size={13} strokeWidth={1.5} aria-hidden="true" />
      {words(told, channel) + folded}
      {told.person === null ? null : <em>{contact}</em>}
    </span>
  );

  function words({ state, sent_at: sentAt, created_at: createdAt }: AlertNotification, name: string): string {
    if (state === 'read') return say('story.told.read', { channel: name });
    if (state === 'delivered') return say('story.told.delivered', { channel: name });
    if (sentAt === null) return say('story.told.waiting', { channel: name });
    return say('story.told.accepted', { channel: name, after: format.age(Date.parse(sentAt) - Date.parse(createdAt)) });
  }
}

/** Proper names stay as they are. */
function useChannelName(): (told: Pick<AlertNotification, 'channel' | 'channel_name'>) => string {
  const { t } = useStoryText();
  return ({ channel, channel_name: name }) => (channel === 'email' ? t('notify.channel.email') : name);
}
