// Which limits apply to a machine: its own over its sensor type's over the plant-wide ones.

import {
  type EffectiveLimits,
  type LimitKind,
  type MachineLimits,
  type MetricName,
  perMetric,
  type Settings,
  settingNumber,
} from '@gonsters/contract';

/** From bottom to top. */
const ASCENDING = ['low_low', 'low', 'high', 'high_high'] as const satisfies readonly LimitKind[];
/** Past high by this share of it is high-high where nobody set one. */
const HIGH_HIGH_ABOVE_HIGH = 0.1;
const SIGNIFICANT_DIGITS = 12;

/**
 * Limit by limit, the most specific rule that sets it. A wider rule's limit that contradicts a more specific one (a
 * plant-wide high below the machine's own low, say) is left out. Without a high-high there is one 10 % above high.
 */
export function limitsInForce(
  own: MachineLimits,
  ofSensorType: MachineLimits,
  settings: Settings,
): Record<MetricName, EffectiveLimits> {
  return perMetric(({ name }) => {
    const limits: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };
    const plantWide = {
      low: settingNumber(settings, `min_${name}_threshold`),
      high: settingNumber(settings, `max_${name}_threshold`),
    };
    for (const rule of [own[name], ofSensorType[name], plantWide] as const) {
      for (const kind of ASCENDING) {
        const value = (rule as MachineLimits[MetricName])?.[kind] ?? null;
        if (value !== null && limits[kind] === null && fits(limits, kind, value)) limits[kind] = value;
      }
    }
    limits.high_high ??= highHighOf(limits.high);
    return limits;
  });
}

/** high × 1.1; below zero, where that would lie under it, high × 0.9; none above zero itself. */
function highHighOf(high: number | null): number | null {
  if (high === null) return null;
  const highHigh = Number((high + Math.abs(high) * HIGH_HIGH_ABOVE_HIGH).toPrecision(SIGNIFICANT_DIGITS));
  return highHigh > high ? highHigh : null;
}

function fits(limits: EffectiveLimits, kind: LimitKind, value: number): boolean {
  const place = ASCENDING.indexOf(kind as (typeof ASCENDING)[number]);
  return ASCENDING.every((other, at) => {
    const set = limits[other];
    return set === null || at === place || (at < place ? set < value : set > value);
  });
}
