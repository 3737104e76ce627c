// The value of an alert: the newest while it is active, afterwards the value furthest past the limit.

import { type Alert, METRICS } from '@gonsters/contract';
import { metricOf } from '../../components/domain/alerts/alert-text.ts';
import { MetricValue } from '../../components/domain/values/metric-value.tsx';
import { useText } from '../../i18n/use-text.ts';
import { isActive } from '../../live/live-alerts.ts';
import { useLive, useMachineValues } from '../../live/use-live.ts';

/** A component of its own, because it renders with the values of its machine. */
export function AlertValue({ alert }: { alert: Alert }) {
  const metric = metricOf(alert);
  const value = useValueNow(alert);
  return metric < 0 ? '—' : <MetricValue metric={metric} value={value} />;
}

export function AlertPeak({ alert }: { alert: Alert }) {
  const peak = peakOf(alert, useValueNow(alert));
  return useLimitText(alert, peak);
}

export function AlertLimit({ alert }: { alert: Alert }) {
  return useLimitText(alert, alert.threshold);
}

/** Limit and peak in one line. */
export function LimitAndPeak({ alert, readings = null }: { alert: Alert; readings?: number | null }) {
  const { t } = useText();
  const peak = peakOf(alert, useValueNow(alert));
  const limitText = useLimitText(alert, alert.threshold);
  const peakText = useLimitText(alert, peak);
  const over = !isActive(alert);
  const parts = [
    over && peak !== null ? t('alerts.peak_only') : null,
    alert.threshold === null ? null : t('alerts.limit', { value: limitText }),
    over || peak === null ? null : t('alerts.peak', { value: peakText }),
    readings === null ? null : t('alerts.readings', { count: readings }),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function useValueNow(alert: Alert): number | null {
  const { readings } = useLive();
  const active = isActive(alert);
  const machineId = active ? alert.machine_id : null;
  useMachineValues(machineId);
  const metric = metricOf(alert);
  const live = machineId === null || metric < 0 ? Number.NaN : readings.value(machineId, metric);
  if (!active) return alert.peak_value ?? alert.value;
  return Number.isNaN(live) ? alert.value : live;
}

/** The server counts on with every reading, but tells of changes only: the value now may be further out. */
function peakOf(alert: Alert, value: number | null): number | null {
  if (alert.peak_value === null || value === null) return alert.peak_value;
  const low = alert.limit_kind === 'low' || alert.limit_kind === 'low_low';
  return low ? Math.min(alert.peak_value, value) : Math.max(alert.peak_value, value);
}

function useLimitText(alert: Alert, value: number | null): string {
  const { format } = useText();
  const metric = metricOf(alert);
  return metric < 0 ? '—' : format.number(value, METRICS[metric]?.decimals);
}
