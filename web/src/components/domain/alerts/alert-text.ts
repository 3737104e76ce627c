// Texts about an alert: its metric and limit, its severity, its machine.

import { type Alert, METRIC_NAMES } from '@gonsters/contract';
import type { Texts } from '../../../i18n/use-text.ts';
import { isUnacknowledged } from '../../../live/live-alerts.ts';
import type { Condition } from '../machines/machine-condition.ts';

/** Place in the catalogue, -1 for an alert about the connection. */
export const metricOf = (alert: Pick<Alert, 'metric'>) =>
  alert.metric === 'connection' ? -1 : METRIC_NAMES.indexOf(alert.metric);

export function alertText(
  { t, metricLabel }: Pick<Texts, 't' | 'metricLabel'>,
  alert: Pick<Alert, 'metric' | 'limit_kind'>,
): string {
  const metric = metricOf(alert);
  const what = metric < 0 ? t('limit.connection') : metricLabel(metric);
  return `${what} ${t(`limit.${alert.limit_kind}`)}`;
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
