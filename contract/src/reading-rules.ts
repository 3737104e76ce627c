// Which values, times and intervals of readings are possible. Without schemas, so that the page's first screen needs no validator.

/** Widths of the buckets that readings can be asked for in; `raw` is single readings. */
export const INTERVALS = ['raw', '1m', '5m', '15m', '1h', '1d', '1w', '1mo'] as const;
export type IntervalName = (typeof INTERVALS)[number];
/** Most machines in one comparison. */
export const MAX_COMPARED_MACHINES = 12;

export type ValueFault = 'not_a_number' | 'out_of_range';

/** Why a value of a metric cannot be stored; null if it can. NaN and the infinities are outside every range. */
export function faultOfValue(
  metric: { readonly min: number; readonly max: number },
  value: unknown,
): ValueFault | null {
  if (typeof value !== 'number') return 'not_a_number';
  return value >= metric.min && value <= metric.max ? null : 'out_of_range';
}

/** How far ahead of the server's clock a reading may be. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** Readings before this time (UTC ms) come from a device whose clock was never set. */
export const EARLIEST_MS = Date.UTC(1990, 0, 1);
