// A key figure as it is written: number and unit apart.

import type { AlertKpi } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';

export function figureOf(
  { unit, name }: Pick<AlertKpi, 'unit' | 'name'>,
  value: number | null,
  format: Format,
): [number: string, unit: string] {
  if (value === null) return ['—', ''];
  if (unit === 'share') return [short(value * 100, format), '%'];
  if (unit === 'seconds') {
    // 1:48 min reads better than 108 s, and 2:05 h better than 125:00 min.
    if (value < 60) return [format.number(Math.round(value)), format.units.s];
    const [whole, unitText] = value < 3600 ? [value, format.units.min] : [value / 60, format.units.h];
    const rounded = Math.round(whole);
    return [`${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, '0')}`, unitText];
  }
  return [name.endsWith('average') ? short(value, format) : format.number(value), ''];
}

function short(value: number, format: Format): string {
  return format.number(value, value >= 10 || Number.isInteger(value) ? 0 : 1);
}
