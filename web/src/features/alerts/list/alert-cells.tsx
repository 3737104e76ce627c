// The cells of one alert in a row of the table.

import type { Alert } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { alertCondition, alertText, machineText, severityText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { TONES } from '../../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { actsOn } from '../../../components/ui/activation/guarded-control.ts';
import { isActive, isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';
import { Age } from '../age.tsx';
import { AlertActions } from '../alert-actions.tsx';
import { raisesText, stateText } from '../alert-state-text.ts';
import { AlertLimit, AlertPeak, AlertValue } from '../alert-value.tsx';
import { AlertStoryLink } from './alert-story-link.tsx';

export const AlertCells = memo(function AlertCells({
  alert,
  withLocation,
  withDay,
  selected,
  onToggle,
}: {
  alert: Alert;
  withLocation: boolean;
  withDay: boolean;
  selected: boolean;
  /** null where nothing can be selected. */
  onToggle: ((alert: Alert) => void) | null;
}) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const condition = alertCondition(alert);
  const raisedMs = Date.parse(alert.raised_at);
  const calls = alert.state === 'active_unacked' && !isShelved(alert);
  const state = stateText(texts, alert);
  const raises = raisesText(texts, alert);
  return (
    <>
      <td>
        {onToggle ? (
          <input
            type="checkbox"
            className="checkbox"
            {...actsOn('select', [alert])}
            aria-label={t('alerts.select', { machine: machineText(texts, alert), condition: alertText(texts, alert) })}
            checked={selected}
            onChange={() => onToggle(alert)}
          />
        ) : null}
      </td>
      <td className={isOver(alert) ? 'is-over' : ''}>
        <StatusWord condition={condition}>{severityText(texts, alert)}</StatusWord>
      </td>
      <td className="ellipsis">
        {alert.machine_id === null ? (
          <b className="text-strong">{machineText(texts, alert)}</b>
        ) : (
          <Link
            to="/machines/$machineId"
            params={{ machineId: alert.machine_id }}
            search={keepPanelFilters}
            className="id"
          >
            {alert.machine_name}
          </Link>
        )}
        {withLocation ? <span className="caption"> {alert.location}</span> : null}
      </td>
      <td className="ellipsis">
        <AlertStoryLink alert={alert}>{alertText(texts, alert)}</AlertStoryLink>
      </td>
      <td className={`align-right number ${calls ? TONES[condition] : ''}`}>
        <AlertValue alert={alert} />
      </td>
      <td className="align-right">
        <AlertLimit alert={alert} />
      </td>
      <td className="align-right wide-only">
        <AlertPeak alert={alert} />
      </td>
      <td className="gap">
        <time dateTime={alert.raised_at} title={format.moment(raisedMs)}>
          {withDay ? format.clock(raisedMs) : format.stamp(raisedMs, Date.now())}
        </time>
        {raises === null ? null : (
          <span className="caption" title={raises}>
            <span aria-hidden="true"> ×{format.number(alert.raises)}</span>
            <span className="sr-only">{raises}</span>
          </span>
        )}
      </td>
      <td className="align-right wide-only">
        <Age sinceMs={raisedMs} untilMs={alert.cleared_at === null ? null : Date.parse(alert.cleared_at)} />
      </td>
      <td className={`gap ellipsis ${calls ? 'text-strong' : 'caption'}`} title={state}>
        {state}
      </td>
      <td className="alert-row-actions">
        <AlertActions alert={alert} />
      </td>
    </>
  );
});

/** No longer anybody's concern: without colour. */
const isOver = (alert: Alert) => !isActive(alert) && !isUnacknowledged(alert);
