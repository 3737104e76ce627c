// The alerts that a dialog is about: the alert itself, or how many and which.

import { type Alert, isAboutMetric } from '@gonsters/contract';
import { alertCondition, alertText, machineText, severityText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { AlertValue, LimitAndPeak } from '../alert-value.tsx';

export function AlertCards({ alerts }: { alerts: readonly Alert[] }) {
  const [first, ...others] = alerts;
  if (!first) return null;
  return others.length === 0 ? <AlertCard alert={first} /> : <AlertLines alerts={alerts} />;
}

function AlertCard({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const condition = alertCondition(alert);
  const raisedMs = Date.parse(alert.raised_at);
  const tone = alert.state === 'active_unacked' ? TONES[condition] : 'text-strong';
  return (
    <div className="inset">
      <div className="flex items-center gap-2">
        <StatusWord condition={condition}>{severityText(texts, alert)}</StatusWord>
        <span className="flex-1" />
        <span className="caption">
          {t('alerts.raised_at', { time: format.stamp(raisedMs, Date.now()), zone: format.zone(raisedMs) })}
        </span>
      </div>
      <b className="text-strong">
        <span className="id">{machineText(texts, alert)}</span>, {alertText(texts, alert)}
      </b>
      {!isAboutMetric(alert.metric) ? (
        <span className="caption">{alert.location}</span>
      ) : (
        <div className="alert-value">
          <span className={`number number-medium ${tone}`}>
            <AlertValue alert={alert} />
          </span>
          <span className="caption">
            <LimitAndPeak alert={alert} readings={alert.reading_count} />
          </span>
        </div>
      )}
    </div>
  );
}

/** All of them, in a box that scrolls. */
function AlertLines({ alerts }: { alerts: readonly Alert[] }) {
  const texts = useAlertTexts();
  return (
    <ul className="inset alert-lines" aria-label={texts.t('alerts.selected', { count: alerts.length })}>
      {alerts.map((alert) => (
        <li key={alert.id} className="flex items-center gap-2">
          <StatusWord condition={alertCondition(alert)}>
            <span className="sr-only">{severityText(texts, alert)}</span>
            <b className="id text-strong">{machineText(texts, alert)}</b>
          </StatusWord>
          <span className="ellipsis flex-1">{alertText(texts, alert)}</span>
          <span className="number">
            <AlertValue alert={alert} />
          </span>
        </li>
      ))}
    </ul>
  );
}
