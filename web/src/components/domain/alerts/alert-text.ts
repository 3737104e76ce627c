// Texts about an alert: its metric and limit, its severity, its machine.

import { type Alert, isAboutMetric } from '@gonsters/contract';
import type { Texts } from '../../../i18n/use-text.ts';
import { isUnacknowledged } from '../../../live/live-alerts.ts';
import type { LiveMetrics } from '../../../live/live-metrics.ts';
import type { Condition } from '../machines/machine-condition.ts';
import { type MetricView, storedText } from '../metrics/metric-view.ts';

export interface AlertWords extends Pick<Texts, 't' | 'format'> {
  metrics: LiveMetrics;
  /** How the plant shows a metric; under its name where the catalogue does not know it. */
  metricNamed: (name: string) => MetricView;
}
type Names = Pick<AlertWords, 't' | 'metricNamed'>;

/** What an alert is about: the connection, what a gateway sends, or the metric. */
export function subjectText({ t, metricNamed }: Names, alert: Pick<Alert, 'metric'>): string {
  if (alert.metric === 'gateway') return t('limit.gateway');
  if (alert.metric === 'notification') return t('limit.notification');
  return alert.metric === 'connection' ? t('limit.connection') : metricNamed(alert.metric).label;
}

/** About values that are bad; an alert about the connection has the same kind of limit. */
export const isBadQuality = (alert: Pick<Alert, 'metric' | 'limit_kind'>) =>
  alert.limit_kind === 'stale' && isAboutMetric(alert.metric);

export function alertText(
  texts: Names,
  alert: Pick<Alert, 'metric' | 'limit_kind'> & Partial<Pick<Alert, 'condition'>>,
) {
  if (alert.metric === 'gateway') return texts.t('limit.gateway_refused');
  if (alert.metric === 'notification') return texts.t('limit.notification_failing');
  if (alert.condition === 'gateway') return texts.t('limit.gateway_offline');
  const kind = texts.t(isBadQuality(alert) ? 'limit.bad_quality' : `limit.${alert.limit_kind}`);
  return `${subjectText(texts, alert)} ${kind}`;
}

/** The value at which it was raised, and the limit; null where it has neither, such as one about the connection. */
export function figuresText(
  words: AlertWords,
  alert: Pick<Alert, 'metric' | 'limit_kind' | 'value' | 'threshold'>,
): string | null {
  if (!isAboutMetric(alert.metric) || alert.value === null) return null;
  const view = words.metricNamed(alert.metric);
  const value = storedText(words, view, alert.value);
  if (isBadQuality(alert)) return words.t('alerts.last_bad', { value });
  if (alert.threshold === null) return value;
  return `${value} · ${words.t('alerts.limit', { value: storedText(words, view, alert.threshold) })}`;
}

export function alertCondition(alert: Alert): Condition {
  if (alert.metric === 'connection') return 'stale';
  if (alert.state === 'suppressed') return 'maintenance';
  return isUnacknowledged(alert) ? alert.severity : `${alert.severity}_acked`;
}

/** How bad it is, in one word. */
export function severityText({ t }: Pick<Texts, 't'>, alert: Alert): string {
  if (alert.state === 'suppressed') return t('alerts.suppressed');
  return t(alert.metric === 'connection' ? 'status.stale' : `status.${alert.severity}`);
}

/** The machine it is about, or how many, or the gateway. */
export function machineText({ t }: Pick<Texts, 't'>, alert: Alert): string {
  if (alert.metric === 'gateway' || alert.metric === 'notification') return alert.machine_name;
  return alert.machine_id === null ? t('alerts.machines', { count: alert.machine_ids.length }) : alert.machine_name;
}

/** The first three of them are named. */
const NAMED = 3;

/** Which alerts something was done to, machine and condition each. */
export function alertNames(texts: Names, alerts: readonly Alert[]): string {
  const names = alerts.slice(0, NAMED).map((alert) => `${machineText(texts, alert)}, ${alertText(texts, alert)}`);
  const left = alerts.length - names.length;
  return [...names, ...(left > 0 ? [texts.t('alerts.and_more', { count: left })] : [])].join('; ');
}
