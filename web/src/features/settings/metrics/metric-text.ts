// Values, ranges and origins of metrics as texts.

import { convertValue, type LimitKind, limitSources, type MetricDefinition, unitOf } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';
import type { Translate } from '../../../i18n/text.ts';

const SIGNIFICANT_DIGITS = 12;

/** As many digits as it has. */
export function plainNumber(format: Format, value: number): string {
  return format.number(value, Math.min(10, String(value).split('.')[1]?.length ?? 0));
}

/** The unit in which its values are shown; empty where it has none. */
export function shownUnit({ unit, display_unit: code }: Pick<MetricDefinition, 'unit' | 'display_unit'>): string {
  return unitOf(code ?? '')?.symbol ?? unit ?? '';
}

/** A stored value in the unit in which it is shown. */
export function inShownUnit(metric: Pick<MetricDefinition, 'unit_code' | 'display_unit'>, value: number): number {
  const [from, to] = [unitOf(metric.unit_code ?? ''), unitOf(metric.display_unit ?? '')];
  const converted = from === null || to === null ? null : convertValue(value, from, to);
  return converted === null ? value : Number(converted.toPrecision(SIGNIFICANT_DIGITS));
}

export function newestText(t: Translate, format: Format, metric: MetricDefinition): string {
  const value = metric.newest?.value;
  switch (typeof value) {
    case 'number':
      return format.number(inShownUnit(metric, value), metric.decimals);
    case 'boolean':
      return t(value ? 'metrics.true' : 'metrics.false');
    case 'string':
      return value;
    default:
      return '—';
  }
}

export interface ShownLimit {
  text: string;
  /** It follows from high instead of having been set. */
  derived: boolean;
}

/** The plant-wide limit in the unit in which it is shown. */
export function plantLimit(format: Format, metric: MetricDefinition, kind: LimitKind): ShownLimit {
  const source = limitSources([metric.limits], metric.is_built_in)[kind];
  if (source === null) return { text: '–', derived: true };
  return { text: plainNumber(format, inShownUnit(metric, source.value)), derived: source.rule === 'high' };
}
