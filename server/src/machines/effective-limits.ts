// The limits in force of a machine: its own have precedence over those of its type, those over the plant-wide ones.

import {
  type EffectiveLimits,
  LIMIT_KINDS,
  limitSources,
  type MachineLimits,
  METRIC_NAMES,
  type MetricName,
  perMetric,
} from '@gonsters/contract';

/** `limitSources` in the contract says what happens if rules contradict each other. */
export function effectiveLimits(
  own: MachineLimits,
  ofSensorType: MachineLimits,
  plantWide: MachineLimits,
): Record<MetricName, EffectiveLimits> {
  return perMetric(({ name }) => {
    const { low_low, low, high, high_high } = limitSources([own[name], ofSensorType[name], plantWide[name]]);
    return {
      low_low: low_low?.value ?? null,
      low: low?.value ?? null,
      high: high?.value ?? null,
      high_high: high_high?.value ?? null,
    };
  });
}

/** `limits` without those that are null, and without metrics that have no limit left. */
export function overridesOf(limits: MachineLimits): MachineLimits {
  const overrides: MachineLimits = {};
  for (const metric of METRIC_NAMES) {
    const given = limits[metric];
    const set = LIMIT_KINDS.filter((kind) => given?.[kind] != null).map((kind) => [kind, given?.[kind]]);
    if (set.length > 0) overrides[metric] = Object.fromEntries(set);
  }
  return overrides;
}
