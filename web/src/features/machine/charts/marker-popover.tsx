// A popover with the alerts behind a marker of a chart.

import type { Alert } from '@gonsters/contract';
import { Popover } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import type { AlertMarker } from '../../../charts/chart-markers.ts';
import { eachRaise, type RaisesOf, raiseKey } from '../../../components/domain/alerts/alert-raises.ts';
import { alertCondition, alertText, figuresText, isBadQuality } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { storedText } from '../../../components/domain/metrics/metric-view.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { mergeAlerts } from './chart-alerts.ts';

export interface PickedMarkers {
  metric: number;
  markers: readonly AlertMarker[];
  /** From the left edge of the plot's element. */
  xPx: number;
}

export function MarkerPopover({
  machineId,
  stored,
  raisesOf,
  picked,
  anchor,
  onOpenMoment,
  onClose,
}: {
  machineId: string;
  stored: readonly Alert[];
  raisesOf: RaisesOf;
  picked: PickedMarkers;
  /** The plot's element. */
  anchor: HTMLElement | null;
  onOpenMoment: (timeMs: number) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const { alerts: live } = useLive();
  // Renders again when one of them is acknowledged.
  useSyncExternalStore(live.signal.subscribe, () => live.lastSeq);
  const moments = new Set(picked.markers.map(({ id, timeMs }) => `${id} ${timeMs}`));
  const isPicked = ({ id, ...at }: Alert) =>
    [at.raised_at, at.escalated_at].some((time) => time !== null && moments.has(`${id} ${Date.parse(time)}`));
  const alerts = eachRaise(mergeAlerts(stored, live.ofMachine(machineId)), raisesOf).filter(isPicked);
  const virtual = { getBoundingClientRect: () => markerRect(anchor, picked.xPx) };
  return (
    <Popover.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Popover.Anchor virtualRef={{ current: virtual }} />
      <Popover.Portal>
        <Popover.Content
          className="popover glass"
          side="top"
          sideOffset={4}
          collisionPadding={12}
          aria-label={t('app.alerts')}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor?.focus({ preventScroll: true });
          }}
        >
          <ul>
            {alerts.map((alert) => (
              <li key={raiseKey(alert)} className="popover-alert">
                <AlertWords alert={alert} />
                <button
                  type="button"
                  className="button button-small"
                  onClick={() => {
                    onOpenMoment(Date.parse(alert.raised_at));
                    onClose();
                  }}
                >
                  {t('machine.open_moment')}
                </button>
              </li>
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function AlertWords({ alert }: { alert: Alert }) {
  const texts = useAlertTexts();
  const { t, format } = texts;
  const value = (of: number | null) => storedText(texts, texts.metricNamed(alert.metric), of);
  return (
    <div>
      <StatusWord condition={alertCondition(alert)}>{alertText(texts, alert)}</StatusWord>
      <p className="caption">{format.moment(Date.parse(alert.raised_at))}</p>
      {alert.threshold === null ? null : (
        <p className="caption">
          {t('alerts.limit', { value: value(alert.threshold) })} ·{' '}
          {t('alerts.peak', { value: value(alert.peak_value) })}
        </p>
      )}
      {isBadQuality(alert) ? <p className="caption">{figuresText(texts, alert)}</p> : null}
      <p className="caption">
        {alert.acknowledged_by === null
          ? t(alert.cleared_at === null ? 'alerts.unacknowledged' : 'alerts.cleared')
          : t('machine.acknowledged_by', { name: alert.acknowledged_by })}
      </p>
    </div>
  );
}

/** The row of markers above the plot. */
function markerRect(anchor: HTMLElement | null, xPx: number): DOMRect {
  const { left, top } = anchor?.getBoundingClientRect() ?? { left: 0, top: 0 };
  return new DOMRect(left + xPx - 7, top, 14, 18);
}
