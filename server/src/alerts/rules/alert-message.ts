// The message of an alert: one sentence.

import { LIMIT_LABELS, type LimitKind } from '@gonsters/contract';
import type { MetricDefinition } from '../../machines/metric-catalogue.ts';
import { spokenDuration } from '../../spoken-duration.ts';

export type NamedMetric = Pick<MetricDefinition, 'name' | 'label' | 'unit' | 'decimals'>;

/** Such as `Temperature 91.6 °C above high-high limit 88.0 °C`. */
export function limitMessage(metric: NamedMetric, kind: LimitKind, value: number, threshold: number | null): string {
  const where = kind === 'high' || kind === 'high_high' ? 'above' : 'below';
  const shown = (amount: number, other: number | null) => withUnit(distinct(amount, other, metric.decimals), metric);
  const limit = threshold === null ? '' : ` ${shown(threshold, value)}`;
  return `${metric.label} ${shown(value, threshold)} ${where} ${LIMIT_LABELS[kind]} limit${limit}`;
}

/** Such as `Temperature has sent only bad values for 1 min, the last one 3276.7 °C`. `value` is NaN where no number was sent. */
export function badQualityMessage(metric: NamedMetric, seconds: number, value: number): string {
  const last = !Number.isFinite(value) ? '' : `, the last one ${withUnit(value.toFixed(metric.decimals), metric)}`;
  return `${metric.label} has sent only bad values for ${spokenDuration(seconds)}${last}`;
}

/** Such as `Press 4 sent nothing for 1 h` or `12 machines in Hall A sent nothing for 1 h`. */
export function staleMessage(name: string, machines: number, location: string, timeoutSeconds: number): string {
  const who = machines === 1 ? name : `${machines} machines in ${location}`;
  return `${who} sent nothing for ${spokenDuration(timeoutSeconds)}`;
}

const withUnit = (amount: string, { unit }: NamedMetric) => (unit === null ? amount : `${amount} ${unit}`);

/** With enough digits to tell a value from its limit. */
function distinct(amount: number, other: number | null, decimals: number): string {
  let digits = decimals;
  while (other !== null && digits < 6 && amount.toFixed(digits) === other.toFixed(digits) && amount !== other) digits++;
  return amount.toFixed(digits);
}
