// The message of an alert: one sentence.

import { convertValue, LIMIT_LABELS, type LimitKind } from '@gonsters/contract';
import type { MetricDefinition } from '../../machines/alert-catalogue.ts';
import { spokenDuration } from '../../spoken-duration.ts';

const MAX_DECIMALS = 6;

export type NamedMetric = Pick<MetricDefinition, 'name' | 'label' | 'unit' | 'display' | 'decimals'>;

/** Such as `Temperature 91.6 °C above high-high limit 88.0 °C`. The numbers are in the unit in which the plant shows the metric. */
export function limitMessage(metric: NamedMetric, kind: LimitKind, value: number, threshold: number | null): string {
  const where = kind === 'high' || kind === 'high_high' ? 'above' : 'below';
  const limit = threshold === null ? '' : ` ${amountText(metric, threshold, value)}`;
  return `${metric.label} ${amountText(metric, value, threshold)} ${where} ${LIMIT_LABELS[kind]} limit${limit}`;
}

/** Such as `Temperature has sent only bad values for 1 min, the last one 3276.7 °C`. `value` is NaN where no number was sent. */
export function badQualityMessage(metric: NamedMetric, seconds: number, value: number): string {
  const last = !Number.isFinite(value) ? '' : `, the last one ${amountText(metric, value, null)}`;
  return `${metric.label} has sent only bad values for ${spokenDuration(seconds)}${last}`;
}

/** Such as `Press 4 sent nothing for 1 h` or `12 machines in Hall A sent nothing for 1 h`. */
export function staleMessage(name: string, machines: number, location: string, timeoutSeconds: number): string {
  const who = machines === 1 ? name : `${machines} machines in ${location}`;
  return `${who} sent nothing for ${spokenDuration(timeoutSeconds)}`;
}

/** Such as `Gateway Line 3 is offline: Press 4 sends nothing` or `Gateway Line 3 is offline: 12 machines send nothing`. */
export function offlineMessage(gateway: string, name: string, machines: number): string {
  return `Gateway ${gateway} is offline${offlineMachines(name, machines)}`;
}

/** The end of that sentence. */
export const offlineMachines = (name: string, machines: number): string =>
  `: ${machines === 1 ? `${name} sends` : `${machines} machines send`} nothing`;

/** Such as `62 % of what gateway Line 3 sends is refused: No machine has this id`. */
export function refusalMessage(gateway: string, percent: number, why: string | null): string {
  return `${percent} % of what gateway ${gateway} sends is refused${why === null ? '' : `: ${why}`}`;
}

/** Such as `Nobody can be told by e-mail: Connection refused`. */
export function channelMessage(words: string, failure: string): string {
  return `Nobody can be told by ${words}${failure === '' ? '' : `: ${failure}`}`;
}

/** With its unit, and with enough digits to tell it from another amount. */
export function amountText(metric: NamedMetric, amount: number, other: number | null): string {
  const shown = (each: number) => shownAmount(metric, each);
  // As fine as the digits of the stored unit.
  const step = shown(10 ** -metric.decimals) - shown(0);
  const decimals =
    metric.display === null ? metric.decimals : Math.max(0, Math.ceil(-Math.log10(Math.abs(step)) - 1e-9));
  const unit = metric.display === null ? metric.unit : metric.display.to.symbol;
  const text = distinct(shown(amount), other === null ? null : shown(other), Math.min(decimals, MAX_DECIMALS));
  return unit === null ? text : `${text} ${unit}`;
}

function shownAmount({ display }: NamedMetric, amount: number): number {
  return display === null ? amount : (convertValue(amount, display.from, display.to) ?? amount);
}

function distinct(amount: number, other: number | null, decimals: number): string {
  let digits = decimals;
  while (
    other !== null &&
    digits < MAX_DECIMALS &&
    amount.toFixed(digits) === other.toFixed(digits) &&
    amount !== other
  )
    digits++;
  return amount.toFixed(digits);
}
