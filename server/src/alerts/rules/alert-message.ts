// The message of an alert: one sentence.

import { LIMIT_LABELS, type LimitKind, METRICS, type MetricName } from '@gonsters/contract';
import { spokenDuration } from '../../spoken-duration.ts';

/** Such as `Temperature 91.6 °C above high-high limit 88.0 °C`. */
export function limitMessage(metricName: MetricName, kind: LimitKind, value: number, threshold: number | null): string {
  const metric = METRICS.find((each) => each.name === metricName) as (typeof METRICS)[number];
  const where = kind === 'high' || kind === 'high_high' ? 'above' : 'below';
  const shown = (amount: number, other: number | null) => `${distinct(amount, other, metric.decimals)} ${metric.unit}`;
  const limit = threshold === null ? '' : ` ${shown(threshold, value)}`;
  return `${metric.label.en} ${shown(value, threshold)} ${where} ${LIMIT_LABELS[kind]} limit${limit}`;
}

/** Such as `Press 4 sent nothing for 1 h` or `12 machines in Hall A sent nothing for 1 h`. */
export function staleMessage(name: string, machines: number, location: string, timeoutSeconds: number): string {
  const who = machines === 1 ? name : `${machines} machines in ${location}`;
  return `${who} sent nothing for ${spokenDuration(timeoutSeconds)}`;
}

/** With enough digits to tell a value from its limit. */
function distinct(amount: number, other: number | null, decimals: number): string {
  let digits = decimals;
  while (other !== null && digits < 6 && amount.toFixed(digits) === other.toFixed(digits) && amount !== other) digits++;
  return amount.toFixed(digits);
}
