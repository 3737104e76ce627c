// Texts about an alert: its metric and limit, its severity, its machine.

import { type Alert, METRIC_NAMES } from '@gonsters/contract';
import type { Texts } from '../../../i18n/use-text.ts';
import { isUnacknowledged } from '../../../live/live-alerts.ts';
import type { Condition } from '../machines/machine-condition.ts';

/** Place among the metrics that every plant has, -1 for an alert about the connection or another metric. */
export const metricOf = (alert: Pick<Alert, 'metric'>) => (METRIC_NAMES as readonly string[]).indexOf(alert.metric);

/** What an alert is about: the connection, or the metric. */
export function subjectText(
  { t, metricLabel }: Pick<Texts, 't' | 'metricLabel'>,
  alert: Pick<Alert, 'metric'>,
): string {
  if (alert.metric === 'connection') return t('limit.connection');
  const metric = metricOf(alert);
  return metric < 0 ? alert.metric : metricLabel(metric);
}

export function alertText(
  texts: Pick<Texts, 't' | 'metricLabel'>,
  alert: Pick<Alert, 'metric' | 'limit_kind'>,
): string {
  const isBad = alert.limit_kind === 'stale' && alert.metric !== 'connection';
  return `${subjectText(texts, alert)} ${texts.t(isBad ? 'limit.bad_quality' : `limit.${alert.limit_kind}`)}`;
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

/** The machine it is about, or how many. */
export function machineText({ t }: Pick<Texts, 't'>, alert: Alert): string {
  return alert.machine_id === null ? t('alerts.machines', { count: alert.machine_ids.length }) : alert.machine_name;
}

/** The first three of them are named. */
const NAMED = 3;

/** Which alerts something was done to, machine and condition each. */
export function alertNames(texts: Pick<Texts, 't' | 'metricLabel'>, alerts: readonly Alert[]): string {
  const names = alerts.slice(0, NAMED).map((alert) => `${machineText(texts, alert)}, ${alertText(texts, alert)}`);
  const left = alerts.length - names.length;
  return [...names, ...(left > 0 ? [texts.t('alerts.and_more', { count: left })] : [])].join('; ');
}
