// The message of an alert: one sentence.

import { type Condition, convertValue, LIMIT_LABELS, type LimitKind } from '@gonsters/contract';
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

/** What a condition other than a limit says. `value` is the rate, or the value that it is about. */
export function conditionMessage(
  metric: NamedMetric & Pick<MetricDefinition, 'kind' | 'states'>,
  condition: Pick<Condition, 'kind' | 'units_per_minute' | 'duration_seconds'>,
  value: number,
): string {
  const { label } = metric;
  const lasting = spokenDuration(condition.duration_seconds ?? 0);
  switch (condition.kind) {
    case 'rate_of_change': {
      const rate = Math.abs(value);
      const limit = condition.units_per_minute ?? 0;
      const verb = value < 0 ? 'fell' : 'rose';
      return `${label} ${verb} by ${rateText(metric, rate, limit)}, limit ${rateText(metric, limit, rate)}`;
    }
    case 'stuck':
      return `${label} is stuck: unchanged at ${amountText(metric, value, null)} for ${lasting}`;
    case 'no_count':
      return `${label} has not grown for ${lasting}, it stands at ${amountText(metric, value, null)}`;
    default: {
      const state = metric.kind === 'boolean' ? String(value === 1) : (metric.states[value] ?? String(value));
      return condition.duration_seconds ? `${label} has been ${state} for ${lasting}` : `${label} is ${state}`;
    }
  }
}

/** Such as `12.4 A/min`. */
function rateText(metric: NamedMetric, rate: number, other: number): string {
  const shown = (each: number) => shownAmount(metric, each) - shownAmount(metric, 0);
  const digits = Math.min(metric.decimals, MAX_DECIMALS);
  const unit = metric.display === null ? metric.unit : metric.display.to.symbol;
  const amount = Math.abs(shown(rate));
  const text = distinct(amount, Math.abs(shown(other)), digits);
  // An integer limit is not 10.00.
  return `${Number.isInteger(amount) ? String(amount) : text}${unit === null ? ' per minute' : ` ${unit}/min`}`;
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
