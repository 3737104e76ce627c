// One open alert in the panel, with its actions.

import { type Alert, isAboutMetric } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { memo } from 'react';
import { alertCondition, alertText, machineText, severityText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';
import { AlertAge } from '../age.tsx';
import { AlertActions } from '../alert-actions.tsx';
import { raisesText, stateText } from '../alert-state-text.ts';
import { AlertValue, LimitAndPeak } from '../alert-value.tsx';
import { AlertStoryLink } from './alert-story-link.tsx';

export const AlertItem = memo(function AlertItem({
  alert,
  more,
  unfolded,
  onFold,
  here = false,
}: {
  alert: Alert;
  /** Others of the same machine, folded away. */
  more: readonly Alert[];
  unfolded: boolean;
  onFold: (alert: Alert) => void;
  /** On a screen of alerts, which tells the whole story itself; elsewhere one is led to one. */
  here?: boolean;
}) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const condition = alertCondition(alert);
  const raisedMs = Date.parse(alert.raised_at);
  const calls = alert.state === 'active_unacked' && !isShelved(alert);
  const raises = raisesText(texts, alert);
  const Chevron = unfolded ? ChevronUp : ChevronDown;
  return (
    <div className={`alert ${calls ? `is-${TONES[condition]}` : ''}`}>
      <StatusMark condition={condition} />
      <div className="alert-top">
        <MachineName alert={alert} />
        <time dateTime={alert.raised_at} title={format.moment(raisedMs)}>
          {here ? `${format.recent(raisedMs, Date.now())} · ` : null}
          <AlertAge alert={alert} />
        </time>
      </div>
      <p className="ellipsis">
        <AlertStoryLink alert={alert}>
          <span className={TONES[condition]}>{severityText(texts, alert)}</span> · {alertText(texts, alert)}
          {here ? ` · ${alert.location}` : null}
        </AlertStoryLink>
      </p>
      {!isAboutMetric(alert.metric) ? null : (
        <div className="alert-value">
          <span className="number">
            <AlertValue alert={alert} />
          </span>
          <span className="caption ellipsis">
            <LimitAndPeak alert={alert} />
          </span>
        </div>
      )}
      {isUnacknowledged(alert) && !isShelved(alert) ? null : <p className="caption">{stateText(texts, alert)}</p>}
      {raises === null ? null : <p className="caption">{raises}</p>}
      <AlertActions alert={alert} />
      {more.length === 0 ? null : (
        <button
          type="button"
          className="button button-quiet button-small alert-more"
          aria-expanded={unfolded}
          onClick={() => onFold(alert)}
        >
          <Chevron size={14} strokeWidth={1.5} aria-hidden="true" />
          {t('alerts.more_of', { count: more.length, machine: machineText(texts, alert) })}
        </button>
      )}
    </div>
  );
});

function MachineName({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  if (alert.machine_id === null) return <b className="text-strong">{machineText(texts, alert)}</b>;
  return (
    <Link
      to="/machines/$machineId"
      params={{ machineId: alert.machine_id }}
      search={keepPanelFilters}
      className="id ellipsis"
    >
      {alert.machine_name}
    </Link>
  );
}
