// The enumerations of conditions. Without schemas, so that the page's first screen needs no validator.

/**
 * `level`: refines the limits of a metric. `rate_of_change`: a value rises or falls too quickly. `stuck`: it does not change.
 * `state`: a state or boolean has a value. `no_count`: a counter does not grow. `bad_quality`: a metric has no good value.
 * `connection`: a machine sends nothing.
 */
export const CONDITION_KINDS = [
  'level',
  'rate_of_change',
  'stuck',
  'state',
  'no_count',
  'bad_quality',
  'connection',
] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

export const RATE_DIRECTIONS = ['rise', 'fall', 'either'] as const;
export type RateDirection = (typeof RATE_DIRECTIONS)[number];

export const MAX_CONDITIONS = 5000;
