// Readings that look real and stay inside the limits, made fast enough not to be what is measured.

import { METRIC_NAMES, METRICS } from '@gonsters/contract';

/** Catalogue order: inside the plant-wide limits, or a fifth of the range where there is none. */
const CENTRES = METRICS.map(({ defaultLimits, max }) =>
  defaultLimits.high !== null && defaultLimits.low !== null
    ? (defaultLimits.high + defaultLimits.low) / 2
    : defaultLimits.high !== null
      ? defaultLimits.high * 0.8
      : max * 0.02,
);
const VARIANTS = 256;

const valuesOf = (variant: number) => CENTRES.map((centre) => (centre * (1 + 0.0005 * (variant % 97))).toFixed(2));

/** `"metric":value,…` as JSON without the braces, and `metric=value,…` as line protocol; one of 256 variants. */
export const JSON_VALUES: readonly string[] = Array.from({ length: VARIANTS }, (_, variant) =>
  valuesOf(variant)
    .map((value, metric) => `"${METRIC_NAMES[metric]}":${value}`)
    .join(','),
);
/** The same with the first metric that has a high limit a tenth above it. */
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
