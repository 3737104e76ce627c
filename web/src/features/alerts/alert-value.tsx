// The value of an alert: the newest while it is active, afterwards the value furthest past the limit.

import { type Alert, isAboutMetric } from '@gonsters/contract';
import { figuresText, isBadQuality } from '../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { liveValue, valueText } from '../../components/domain/metrics/metric-view.ts';
import { QualityWord, ViewValue } from '../../components/domain/metrics/view-value.tsx';
import type { Format } from '../../i18n/format.ts';
import { isActive } from '../../live/live-alerts.ts';
import { BAD, GOOD } from '../../live/readings/metric-series.ts';
import { useLive, useMachineValues } from '../../live/use-live.ts';

/** A component of its own, because it renders with the values of its machine. */
export function AlertValue({ alert }: { alert: Alert }) {
  const { metricNamed, metrics, format } = useAlertTexts();
  const value = useValueNow(alert);
  if (alert.metric === 'gateway') return percentText(format, alert.value);
  if (!isAboutMetric(alert.metric)) return '—';
  if (isBadQuality(alert)) return isActive(alert) ? <QualityWord quality={BAD} /> : '—';
  const metric = metricNamed(alert.metric);
  return <ViewValue metric={metric} value={liveValue(metrics, metric, value)} quality={GOOD} />;
}

export function AlertPeak({ alert }: { alert: Alert }) {
  const peak = peakOf(alert, useValueNow(alert));
  return useLimitText(alert, peak);
}

export function AlertLimit({ alert }: { alert: Alert }) {
  return useLimitText(alert, alert.threshold);
}

/** Limit and peak in one line; of an alert about bad values the last of them. */
export function LimitAndPeak({ alert, readings = null }: { alert: Alert; readings?: number | null }) {
  const texts = useAlertTexts();
  const { t } = texts;
  const peak = peakOf(alert, useValueNow(alert));
  const limitText = useLimitText(alert, alert.threshold);
  const peakText = useLimitText(alert, peak);
  if (isBadQuality(alert)) return figuresText(texts, alert);
  const over = !isActive(alert);
  const parts = [
    over && peak !== null ? t('alerts.peak_only') : null,
    alert.threshold === null ? null : t('alerts.limit', { value: limitText }),
    over || peak === null ? null : t('alerts.peak', { value: peakText }),
    readings === null ? null : t('alerts.readings', { count: readings }),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** In the stored unit, and of a state its code in the catalogue, as the alert has it. */
function useValueNow(alert: Alert): number | null {
  const { readings, metrics } = useLive();
  const { metricNamed } = useAlertTexts();
  const machineId = isActive(alert) && isAboutMetric(alert.metric) ? alert.machine_id : null;
  useMachineValues(machineId);
  if (!isActive(alert)) return alert.peak_value ?? alert.value;
  if (machineId === null) return alert.value;
  const metric = metricNamed(alert.metric);
  const live = readings.value(machineId, metric.number);
  if (Number.isNaN(live)) return alert.value;
  if (metric.kind !== 'state') return live;
  const code = metric.states.indexOf(metrics.statesOf(metric.number)[live] ?? '');
  return code < 0 ? alert.value : code;
}

/** The server counts on with every reading, but tells of changes only: the value now may be further out. */
function peakOf(alert: Alert, value: number | null): number | null {
  if (alert.peak_value === null || value === null) return alert.peak_value;
  const low = alert.limit_kind === 'low' || alert.limit_kind === 'low_low';
  return low ? Math.min(alert.peak_value, value) : Math.max(alert.peak_value, value);
}

function useLimitText(alert: Alert, value: number | null): string {
  const texts = useAlertTexts();
  if (alert.metric === 'gateway') return percentText(texts.format, value);
  if (!isAboutMetric(alert.metric)) return '—';
  const metric = texts.metricNamed(alert.metric);
  return valueText(texts, metric, liveValue(texts.metrics, metric, value));
}

/** Of what a gateway sends. */
const percentText = (format: Format, percent: number | null) => (percent === null ? '—' : format.share(percent / 100));
