// The value of an alert, large, with its limit, its peak, when it clears and how often it was raised.

import { type Alert, isAboutMetric } from '@gonsters/contract';
import type { ReactNode } from 'react';
import { LIMIT_LABELS } from '../../../charts/limit-zones.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { liveValue, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';
import { isActive, isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';
import { Age } from '../age.tsx';
import { stateText } from '../alert-state-text.ts';
import { AlertLimit, AlertPeak, AlertValue } from '../alert-value.tsx';

export function StoryFigures({ alert }: { alert: Alert }) {
  const { t, say, format } = useStoryText();
  const texts = useAlertTexts();
  const aboutMetric = isAboutMetric(alert.metric);
  const view = texts.metricNamed(alert.metric);
  const isUrgent = isActive(alert) && isUnacknowledged(alert) && alert.state !== 'suppressed';
  const tone = isUrgent && alert.severity === 'critical' ? 'is-crit' : isUrgent ? 'is-warn' : '';
  const raisedMs = Date.parse(alert.raised_at);
  const clearedMs = alert.cleared_at === null ? null : Date.parse(alert.cleared_at);
  const kind = alert.limit_kind === 'stale' ? '' : LIMIT_LABELS[alert.limit_kind];
  return (
    <section className={`card story-hero ${tone}`} aria-label={t('alerts.column.value')}>
      <div className="story-hero-value">
        <span className="number">
          <AlertValue alert={alert} />
        </span>
        <span className="caption">{stateText({ t, format }, alert)}</span>
      </div>
      <dl>
        {alert.threshold === null ? null : (
          <Figure label={say('story.limit')}>
            <AlertLimit alert={alert} /> <span className="unit">{kind}</span>
          </Figure>
        )}
        {alert.peak === null || !aboutMetric ? null : (
          <Figure label={say('story.peak')}>
            <AlertPeak alert={alert} /> <span className="unit">{view.unit}</span>
          </Figure>
        )}
        {alert.clears_at === null ? null : (
          <Figure label={say('story.clears_at')}>
            {valueText(texts, view, liveValue(texts.metrics, view, alert.clears_at))}{' '}
            <span className="unit">{view.unit}</span>
          </Figure>
        )}
        <Figure label={say('story.raised')}>
          {say('story.times', { count: alert.raises })}{' '}
          <span className="unit">
            {say('story.since', { time: format.recent(Date.parse(alert.first_raised_at), Date.now()) })}
          </span>
        </Figure>
        <Figure label={say(clearedMs === null ? 'story.newest' : 'story.lasted')}>
          {clearedMs === null ? <Ago sinceMs={raisedMs} /> : <Age sinceMs={raisedMs} untilMs={clearedMs} />}
        </Figure>
      </dl>
      <Remarks alert={alert} />
    </section>
  );
}

function Ago({ sinceMs }: { sinceMs: number }) {
  return <Age sinceMs={sinceMs} />;
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why it makes no sound, and what is unusual about it. */
function Remarks({ alert }: { alert: Alert }) {
  const { say, format } = useStoryText();
  const remarks = [
    isShelved(alert) && alert.shelved_until !== null
      ? say('story.shelved', {
          time: format.recent(Date.parse(alert.shelved_until), Date.now()),
          by: alert.shelved_by ?? '—',
          reason: alert.shelve_reason ?? '—',
        })
      : null,
    alert.state === 'suppressed' && alert.suppressed_by !== null
      ? say(`story.suppressed.${alert.suppressed_by}`)
      : null,
    alert.late ? say('story.late') : null,
    alert.chattering ? say('story.chattering') : null,
    alert.end_not_seen ? say('story.end_not_seen') : null,
  ].filter((remark) => remark !== null);
  return remarks.length === 0 ? null : <p className="story-remarks">{remarks.join(' ')}</p>;
}
