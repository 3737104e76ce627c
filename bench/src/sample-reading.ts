// Realistic readings within the limits, prepared so that generating them does not affect the measurement.

import { METRIC_NAMES, METRICS } from '@gonsters/contract';

/** In catalogue order: within the default limits, or a small part of the range if there are none. */
const CENTRES = METRICS.map(({ defaultLimits, max }) =>
  defaultLimits.high !== null && defaultLimits.low !== null
    ? (defaultLimits.high + defaultLimits.low) / 2
    : defaultLimits.high !== null
      ? defaultLimits.high * 0.8
      : max * 0.02,
);
const VARIANTS = 256;

const valuesOf = (variant: number) => CENTRES.map((centre) => (centre * (1 + 0.0005 * (variant % 97))).toFixed(2));

/** 256 variants of `"metric":value,…`, which is JSON without the braces. */
export const JSON_VALUES: readonly string[] = Array.from({ length: VARIANTS }, (_, variant) =>
  valuesOf(variant)
    .map((value, metric) => `"${METRIC_NAMES[metric]}":${value}`)
    .join(','),
);
/** The same, with the first metric that has a high limit 10 % above this limit. */
export const ALARM_VALUES: readonly string[] = JSON_VALUES.map((values) => {
  const limited = METRICS.find(({ defaultLimits }) => defaultLimits.high !== null);
  if (limited === undefined) return values;
  const high = limited.defaultLimits.high ?? 0;
  return values.replace(new RegExp(`"${limited.name}":[^,]+`), `"${limited.name}":${(high * 1.1).toFixed(2)}`);
});
export const LINE_VALUES: readonly string[] = Array.from({ length: VARIANTS }, (_, variant) =>
  valuesOf(variant)
    .map((value, metric) => `${METRIC_NAMES[metric]}=${value}`)
    .join(','),
);

/** Upper limit that a bench sets for some of its own metrics. */
export const OWN_HIGH_LIMIT = 100;
export const ownMetric = (number: number) => `bench_${String(number).padStart(4, '0')}`;

/** 256 variants of the values of `count` own metrics, in the form of `JSON_VALUES`. In alarm, the first is above the limit. */
export function ownValues(count: number, isInAlarm: boolean): string[] {
  return Array.from({ length: VARIANTS }, (_, variant) =>
    Array.from({ length: count }, (__, metric) => {
      const share = isInAlarm && metric === 0 ? 1.1 : 0.6 + 0.003 * ((variant + 11 * metric) % 97);
      return `"${ownMetric(metric)}":${(OWN_HIGH_LIMIT * share).toFixed(1)}`;
    }).join(','),
  );
}
