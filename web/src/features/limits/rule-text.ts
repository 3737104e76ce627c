// Values of rules as they are shown and typed: limits in the shown unit, a deadband as a difference of it, delays in seconds.

import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { shownDifference, storedDifference } from '../../components/domain/metrics/shown-difference.ts';
import type { Format } from '../../i18n/format.ts';
import type { NumberField } from './model/rules-draft.ts';

const isDelay = (field: NumberField) => field === 'onDelay' || field === 'offDelay';
/** Without what binary fractions add to a number that was converted. */
const plain = (value: number) => Number(value.toPrecision(10));

export function toShownRule(view: MetricView, field: NumberField, stored: number): number {
  if (isDelay(field)) return stored;
  return field === 'deadband' ? shownDifference(view, stored) : plain(view.toShown(stored));
}

export function toStoredRule(view: MetricView, field: NumberField, shown: number): number {
  if (isDelay(field)) return shown;
  return field === 'deadband' ? storedDifference(view, shown) : plain(view.toStored(shown));
}

export const unitOfRule = (view: MetricView, format: Format, field: NumberField) =>
  isDelay(field) ? format.units.s : view.unit;

/** As many digits as it has. */
export function ruleNumber(format: Format, view: MetricView, field: NumberField, stored: number): string {
  const shown = toShownRule(view, field, stored);
  return format.number(shown, Math.min(4, String(shown).split('.')[1]?.length ?? 0));
}

export function ruleText(
  format: Format,
  view: MetricView,
  field: NumberField,
  stored: number | null,
  none: string,
): string {
  if (stored === null) return none;
  const unit = unitOfRule(view, format, field);
  return `${ruleNumber(format, view, field, stored)}${unit === '' ? '' : `\u00a0${unit}`}`;
}
