// Which values and times of a reading can be stored. Free of zod: the page needs these rules before anything else.

export type ValueFault = 'not_a_number' | 'out_of_range';

/** Why a value of a metric cannot be stored, null where it can. NaN and the infinities are outside every range. */
export function faultOfValue(
  metric: { readonly min: number; readonly max: number },
  value: unknown,
): ValueFault | null {
  if (typeof value !== 'number') return 'not_a_number';
  return value >= metric.min && value <= metric.max ? null : 'out_of_range';
}

/** How far ahead of the server's clock a reading may be. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** Readings before this are a gateway's unset clock. */
export const EARLIEST_MS = Date.UTC(1990, 0, 1);
