// The alerts of the focused machine above the plot. Each opens its details.

import type { Alert } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { raiseKey } from '../../../components/domain/alerts/alert-raises.ts';
import { alertCondition, alertText, figuresText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusMark, StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { storedText } from '../../../components/domain/metrics/metric-view.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { type AlertGroup, groupAlerts } from './alert-clusters.ts';

const APART_PX = 24;
const MOST_LISTED = 5;
/** Before and after an alert when one zooms to it. */
const AROUND_MS = 5 * 60_000;

interface MarkProps {
  format: ZoneFormat;
  onPoint: (timeMs: number) => void;
  onZoom: (view: TimeSpan) => void;
}

export function AlertMarks({
  alerts,
  view,
  plot,
  ...props
}: MarkProps & {
  alerts: readonly Alert[];
  view: TimeSpan;
  /** Where the plot lies in the figure. */
  plot: { left: number; width: number };
}) {
  if (plot.width <= 0) return null;
  return groupAlerts(alerts, view, plot.width, APART_PX).map((group) => (
    <AlertMark
      key={group.alerts.map(raiseKey).join()}
      group={group}
      leftPx={plot.left + group.share * plot.width}
      {...props}
    />
  ));
}

function AlertMark({ group, leftPx, format, onPoint, onZoom }: MarkProps & { group: AlertGroup; leftPx: number }) {
  const texts = useAlertTexts();
  const { t } = texts;
  const [open, setOpen] = useState(false);
  const [worst] = group.alerts;
  const at = (alert: Alert) => `${alertText(texts, alert)}, ${format.dayMinute(Date.parse(alert.raised_at))}`;
  const zoom = (alert: Alert) => {
    setOpen(false);
    const from = Date.parse(alert.raised_at);
    const to = alert.cleared_at === null ? from : Date.parse(alert.cleared_at);
    onZoom({ fromMs: from - AROUND_MS, toMs: to + AROUND_MS });
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) onPoint(Date.parse(worst.raised_at));
      }}
    >
      <Popover.Trigger asChild>
        <button
          type="button"
          className={`alert-pin ${worst.severity === 'critical' ? 'is-crit' : 'is-warn'}`}
          style={{ left: `${leftPx}px` }}
          aria-label={t('history.alerts_here', { count: group.alerts.length, alert: at(worst) })}
        >
          <StatusMark condition={alertCondition(worst)} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="history-popover history-popover-alerts glass"
          aria-label={t('app.alerts')}
          sideOffset={2}
          collisionPadding={12}
        >
          <ul>
            {group.alerts.slice(0, MOST_LISTED).map((alert) => (
              <li key={raiseKey(alert)}>
                <AlertFacts alert={alert} format={format} />
                <div className="flex gap-2">
                  <button type="button" className="button button-small" onClick={() => zoom(alert)}>
                    {t('history.alert.zoom')}
                  </button>
                </div>
              </li>
            ))}
          </ul>
          {group.alerts.length > MOST_LISTED ? (
            <p className="caption">{t('history.more', { count: group.alerts.length - MOST_LISTED })}</p>
          ) : null}
          <Link to="/alerts" search={keepPanelFilters} className="caption underline">
            {t('app.alerts')}
          </Link>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function AlertFacts({ alert, format }: { alert: Alert; format: ZoneFormat }) {
  const texts = useAlertTexts();
  const { t } = texts;
  const from = Date.parse(alert.raised_at);
  const to = alert.cleared_at === null ? null : Date.parse(alert.cleared_at);
  const value = (given: number | null) => storedText(texts, texts.metricNamed(alert.metric), given);
  return (
    <div className="grid gap-0.5">
      <StatusWord condition={alertCondition(alert)}>
        <b>{alertText(texts, alert)}</b>
      </StatusWord>
      <span className="caption">
        {to === null
          ? t('history.alert.active', { from: `${format.day(from)} ${format.clock(from)} ${format.zone(from)}` })
          : t('history.alert.was', {
              from: `${format.day(from)} ${format.clock(from)}`,
              to: `${format.clock(to)} ${format.zone(to)}`,
              age: format.age(to - from),
            })}
      </span>
      <span className="caption">
        {alert.threshold === null
          ? figuresText(texts, alert)
          : t('history.alert.facts', { limit: value(alert.threshold), peak: value(alert.peak_value) })}
      </span>
      {alert.acknowledged_by === null ? null : (
        <span className="caption">{t('history.alert.acknowledged', { name: alert.acknowledged_by })}</span>
      )}
    </div>
  );
}
