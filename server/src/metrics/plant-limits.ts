// The plant-wide limits of metrics. Low and high of the built-in metrics are settings; all others are stored with the metric.

import { METRICS, type MetricLimits, type MetricLimitsPatch, type Settings, settingNumber } from '@gonsters/contract';
import { isBuiltIn } from './catalogue-memory.ts';
import { limitFaults } from './metric-record.ts';
import type { MetricRecord } from './metric-repository.ts';

const SETTING_OF = { low: 'min', high: 'max' } as const;
const settingName = (metric: string, kind: 'low' | 'high') => `${SETTING_OF[kind]}_${metric}_threshold`;

export function plantLimitsOf(record: MetricRecord, settings: Settings): MetricLimits {
  if (!isBuiltIn(record.name)) return record.limits;
  const { low_low, high_high } = record.limits;
  const { name } = record;
  return {
    low_low,
    low: settingNumber(settings, settingName(name, 'low')),
    high: settingNumber(settings, settingName(name, 'high')),
    high_high,
  };
}

/** The settings that a change of the limits of a built-in metric changes. Equal numbers keep their text, such as `80.0`. */
export function settingChanges(
  record: MetricRecord,
  patch: MetricLimitsPatch | undefined,
  settings: Settings,
): { name: string; value: string }[] {
  if (!isBuiltIn(record.name) || patch === undefined) return [];
  return (['low', 'high'] as const).flatMap((kind) => {
    const name = settingName(record.name, kind);
    const wanted = patch[kind];
    if (wanted === undefined || wanted === settingNumber(settings, name)) return [];
    return [{ name, value: wanted === null ? '' : decimalText(wanted) }];
  });
}

/** What is wrong with the settings beside the limits that are stored with the built-in metrics; null if nothing is. */
export function settingFault(settings: Settings, recordOf: (name: string) => MetricRecord | undefined): string | null {
  for (const { name } of METRICS) {
    const record = recordOf(name);
    const [found] = record === undefined ? [] : limitFaults(plantLimitsOf(record, settings), { min: null, max: null });
    if (found !== undefined) return `contradicts the other limits of ${name}: ${found.error}`;
  }
  return null;
}

/** As settings are stored: without an exponent. */
const decimalText = (value: number) =>
  String(value).includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : String(value);
