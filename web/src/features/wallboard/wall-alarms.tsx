// The worst alerts in large type.

import { type Alert, isAboutMetric, type Severity } from '@gonsters/contract';
import { alertCondition, subjectText } from '../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { TONES } from '../../components/domain/machines/machine-condition.ts';
import { StatusMark, StatusWord } from '../../components/domain/machines/status-mark.tsx';
import { liveValue } from '../../components/domain/metrics/metric-view.ts';
import { ViewValue } from '../../components/domain/metrics/view-value.tsx';
import { useText } from '../../i18n/use-text.ts';
import { isUnacknowledged } from '../../live/live-alerts.ts';
import { GOOD } from '../../live/readings/metric-series.ts';
import { useAge, useLive, useMachineValues, useOpenAlerts } from '../../live/use-live.ts';
import { NoAlarms } from './no-alarms.tsx';
import { isLasting, wallAlerts } from './wall-alerts.ts';

const SHOWN = 5;
const SEVERITIES = ['critical', 'warning'] as const;

export function WallAlarms() {
  const { t } = useText();
  const { alerts, phase } = useOpenAlerts();
  const { lasting, cleared } = wallAlerts(alerts);
  const shown = [...lasting, ...cleared].slice(0, SHOWN);
  return (
    <section className="card wall-alarms" aria-label={t('app.alerts')}>
      <div className="wall-counts">
        {SEVERITIES.map((severity) => (
          <AlarmCount
            key={severity}
            severity={severity}
            known={phase === 'ready'}
            lasting={lasting.filter((alert) => alert.severity === severity)}
            cleared={cleared.filter((alert) => alert.severity === severity)}
          />
        ))}
      </div>
      {shown.map((alert) => (
        <WallAlarm key={alert.id} alert={alert} />
      ))}
      {shown.length === 0 ? <NoAlarms /> : null}
    </section>
  );
}

function AlarmCount({
  severity,
  known,
  lasting,
  cleared,
}: {
  severity: Severity;
  known: boolean;
  lasting: readonly Alert[];
  cleared: readonly Alert[];
}) {
  const { t, format } = useText();
  const unacknowledged = lasting.filter(isUnacknowledged).length;
  return (
    <div className={known && lasting.length === 0 ? 'is-none' : ''}>
      <span className="number">{known ? format.number(lasting.length) : '—'}</span>
      <span>
        <StatusWord condition={severity}>{t(`status.${severity}`)}</StatusWord>
        <small>{known ? t('wall.unacknowledged', { count: unacknowledged }) : null}</small>
        {cleared.length > 0 ? <small>{t('wall.cleared', { count: cleared.length })}</small> : null}
      </span>
    </div>
  );
}

function WallAlarm({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  const { t, format, fleet, metrics } = texts;
  const { readings } = useLive();
  useMachineValues(alert.machine_id);
  const metric = !isAboutMetric(alert.metric) ? null : fleet.named(alert.metric);
  const lasting = isLasting(alert);
  const live =
    alert.machine_id === null || metric === null || !lasting
      ? Number.NaN
      : readings.value(alert.machine_id, metric.number);
  const condition = alertCondition(alert);
  const unacknowledged = isUnacknowledged(alert);
  const age = format.age(useAge(Date.parse(alert.raised_at)));
  return (
    <div className={`wall-alarm ${unacknowledged && lasting ? `is-${TONES[condition]}` : ''}`}>
      <StatusMark condition={condition} />
      <div className="min-w-0">
        <b className="ellipsis id">
          {alert.machine_id === null ? t('alerts.machines', { count: alert.machine_ids.length }) : alert.machine_name}
        </b>
        <span className="ellipsis">
          {alert.location} · {subjectText(texts, alert)}
          {lasting ? null : ` · ${t('alerts.cleared')}`}
        </span>
      </div>
      <div className="wall-value">
        <span className="number">
          {metric === null ? (
            age
          ) : (
            <ViewValue
              metric={metric}
              value={Number.isNaN(live) ? liveValue(metrics, metric, alert.value) : live}
              quality={GOOD}
            />
          )}
        </span>
        <span className="ellipsis">
          {unacknowledged ? (metric === null ? t('status.stale') : age) : (alert.acknowledged_by ?? '')}
        </span>
      </div>
    </div>
  );
}
