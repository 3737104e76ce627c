// The details of an alert: its events in chronological order, its figures, and links to its charts.

import type { Alert } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import { eachRaise } from '../../../components/domain/alerts/alert-raises.ts';
import { alertText, figuresText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertRaises } from '../../../components/domain/alerts/use-alert-raises.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { historyOf } from '../../../components/domain/links.ts';
import { isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';
import { useLive } from '../../../live/use-live.ts';
import { TimeLeft } from '../age.tsx';
import { AlertActions, ChartLink } from '../alert-actions.tsx';
import { stateText } from '../alert-state-text.ts';
import { AlertCards } from '../dialogs/alert-cards.tsx';
import { WhoWasTold } from './who-was-told.tsx';

/** At most this many raises are listed one by one, the newest ones. */
const MOST_RAISES = 20;

interface Moment {
  timeMs: number;
  text: string;
  figures: string | null;
}

export function AlertDetails({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const live = useLive();
  const raisesOf = useAlertRaises([alert]);
  const moments = [...eachRaise([alert], raisesOf).slice(-MOST_RAISES).flatMap(raiseMoments), ...otherMoments(alert)];
  return (
    <>
      <div className="dialog-body">
        <AlertCards alerts={[alert]} />
        <p className="text-strong">
          {stateText(texts, alert)} <span className="caption">· {alert.location}</span>
        </p>
        <ol className="story" aria-label={t('alerts.details')}>
          {moments
            .toSorted((a, b) => a.timeMs - b.timeMs)
            .map(({ timeMs, text, figures }) => (
              <li key={`${timeMs} ${text}`}>
                <time dateTime={new Date(timeMs).toISOString()}>{format.moment(timeMs)}</time>
                <span>{text}</span>
                {figures === null ? null : <span className="caption">{figures}</span>}
              </li>
            ))}
        </ol>
        <WhoWasTold alertId={alert.id} seq={alert.seq} />
        <dl className="facts">
          <Fact label={t('alerts.details.readings')}>{format.number(alert.reading_count)}</Fact>
          {alert.raises > 1 ? (
            <Fact label={t('alerts.details.first_raised')}>{format.moment(Date.parse(alert.first_raised_at))}</Fact>
          ) : null}
          {alert.raises > 1 ? (
            <Fact label={t('alerts.details.raises')}>
              {t('alerts.details.times', { count: alert.raises })}
              {alert.chattering ? ` · ${t('alerts.chattering')}` : null}
            </Fact>
          ) : null}
          {alert.cleared_at === null ? null : (
            <Fact label={t('alerts.details.lasted')}>
              {format.age(Date.parse(alert.cleared_at) - Date.parse(alert.raised_at))}
            </Fact>
          )}
          {isShelved(alert) && alert.shelved_until !== null ? (
            <Fact label={t('alerts.details.back_in')}>
              <TimeLeft untilMs={Date.parse(alert.shelved_until)} />
            </Fact>
          ) : null}
          {alert.late ? <Fact label={t('alerts.late')}>{t('alerts.late.meaning')}</Fact> : null}
          {alert.state === 'suppressed' ? (
            <Fact label={t('alerts.suppressed')}>{t('alerts.suppressed.meaning')}</Fact>
          ) : null}
        </dl>
        <div className="flex flex-wrap gap-2">
          <ChartLink alert={alert}>{t('alerts.details.chart')}</ChartLink>
          <Link to="/history" search={historyOf(alert, live.now())} className="button">
            <History size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('alerts.details.history')}
          </Link>
        </div>
      </div>
      {isUnacknowledged(alert) || alert.state === 'active_acked' ? (
        <div className="dialog-foot story-foot">
          <AlertActions alert={alert} />
        </div>
      ) : null}
    </>
  );

  function raiseMoments(raise: Alert): Moment[] {
    return timed([
      [raise.raised_at, t('alerts.details.raised', { condition: alertText(texts, raise) }), figuresText(texts, raise)],
      [raise.escalated_at, t('alerts.details.escalated')],
      [raise.cleared_at, t(raise.end_not_seen ? 'alerts.details.end_not_seen' : 'alerts.details.cleared')],
    ]);
  }

  function otherMoments({ acknowledge_note: note, ...at }: Alert): Moment[] {
    return timed([
      [
        at.acknowledged_at,
        t('alerts.details.acknowledged', { by: at.acknowledged_by ?? '—' }) + (note === null ? '' : `: “${note}”`),
      ],
      [at.shelved_until, t('alerts.details.shelved', { by: at.shelved_by ?? '—', reason: at.shelve_reason ?? '—' })],
    ]);
  }
}

const timed = (moments: [time: string | null, text: string, figures?: string | null][]): Moment[] =>
  moments.flatMap(([time, text, figures = null]) =>
    time === null ? [] : [{ timeMs: Date.parse(time), text, figures }],
  );

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="caption">{label}</dt>
      <dd className="text-strong">{children}</dd>
    </div>
  );
}
