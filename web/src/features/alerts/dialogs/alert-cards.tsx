// The alerts that a dialog is about: the alert itself, or how many and which.

import type { Alert } from '@gonsters/contract';
import { alertCondition, alertText, machineText, severityText } from '../../../components/domain/alerts/alert-text.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { AlertValue, LimitAndPeak } from '../alert-value.tsx';

export function AlertCards({ alerts }: { alerts: readonly Alert[] }) {
  const [first, ...others] = alerts;
  if (!first) return null;
  return others.length === 0 ? <AlertCard alert={first} /> : <AlertLines alerts={alerts} />;
}

function AlertCard({ alert }: { alert: Alert }) {
  const texts = useText();
  const { t, format } = texts;
  const condition = alertCondition(alert);
  const raisedMs = Date.parse(alert.raised_at);
  const tone = alert.state === 'active_unacked' ? TONES[condition] : 't1';
  return (
    <div className="inset">
      <div className="flex items-center gap-2">
        <StatusWord condition={condition}>{severityText(texts, alert)}</StatusWord>
        <span className="flex-1" />
        <span className="cap">
          {t('alerts.raised_at', { time: format.stamp(raisedMs, Date.now()), zone: format.zone(raisedMs) })}
        </span>
      </div>
      <b className="t1">
        <span className="id">{machineText(texts, alert)}</span>, {alertText(texts, alert)}
      </b>
      {alert.metric === 'connection' ? (
        <span className="cap">{alert.location}</span>
      ) : (
        <div className="alert-value">
          <span className={`num n28 ${tone}`}>
            <AlertValue alert={alert} />
          </span>
          <span className="cap">
            <LimitAndPeak alert={alert} readings={alert.reading_count} />
          </span>
        </div>
      )}
    </div>
  );
}

/** All of them, in a box that scrolls. */
function AlertLines({ alerts }: { alerts: readonly Alert[] }) {
  const texts = useText();
  return (
    <ul className="inset alert-lines" aria-label={texts.t('alerts.selected', { count: alerts.length })}>
      {alerts.map((alert) => (
        <li key={alert.id} className="flex items-center gap-2">
          <StatusWord condition={alertCondition(alert)}>
            <span className="sr-only">{severityText(texts, alert)}</span>
            <b className="id t1">{machineText(texts, alert)}</b>
          </StatusWord>
          <span className="el flex-1">{alertText(texts, alert)}</span>
          <span className="num">
            <AlertValue alert={alert} />
          </span>
        </li>
      ))}
    </ul>
  );
}
