// Which limits apply to a machine: its own over its sensor type's over the plant-wide ones.

import {
  type EffectiveLimits,
  limitSources,
  type MachineLimits,
  type MetricName,
  perMetric,
  type Settings,
  settingNumber,
} from '@gonsters/contract';

/** See `limitSources` for what counts where they contradict each other. */
export function limitsInForce(
  own: MachineLimits,
  ofSensorType: MachineLimits,
  settings: Settings,
): Record<MetricName, EffectiveLimits> {
  const plantWide = plantLimits(settings);
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

/** What the plant-wide settings say, for machines that say nothing themselves. */
export function plantLimits(settings: Settings): MachineLimits {
  return perMetric(({ name }) => ({
    low: settingNumber(settings, `min_${name}_threshold`),
    high: settingNumber(settings, `max_${name}_threshold`),
  }));
}
