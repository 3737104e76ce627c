// How close the values of a machine are to their limits, in four steps: the shade of its cell.

import { type EffectiveLimits, METRIC_NAMES, type MetricName } from '@gonsters/contract';

export type LimitsOfMetrics = Record<MetricName, EffectiveLimits>;

/** 1 far from every limit … 4 close to one. */
export type ProximityStep = 1 | 2 | 3 | 4;

/** Where a step begins, as a share of the way from the safest value to the limit. */
const STEPS = [0.6, 0.78, 0.92] as const;
/** A value has to leave its step by this much, so that noise at a border does not make a cell flicker. */
const HOLD = 0.02;
/** Without a limit on the other side the way to a limit begins this far from it. */
const ONE_SIDED_WAY = 0.5;

/** 0 in the middle of its band, 1 at the limit; NaN for what has no limit or no value. */
export function limitProximity(value: number, limits: EffectiveLimits): number {
  const high = limits.high ?? limits.high_high;
  const low = limits.low ?? limits.low_low;
  if (high === null && low === null) return Number.NaN;
  if (high !== null && low !== null) {
    const half = (high - low) / 2;
    return half <= 0 ? Number.NaN : Math.abs(value - (low + half)) / half;
  }
  const limit = (high ?? low) as number;
  const way = Math.max(Math.abs(limit) * ONE_SIDED_WAY, Number.EPSILON);
  const left = high === null ? value - limit : limit - value;
  return Math.max(0, 1 - left / way);
}

/** The nearest of all metrics; `before` is the step it has now. */
export function proximityStep(
  valueAt: (metric: number) => number,
  limits: LimitsOfMetrics,
  before: ProximityStep = 1,
): ProximityStep {
  let nearest = 0;
  for (let metric = 0; metric < METRIC_NAMES.length; metric++) {
    const proximity = limitProximity(valueAt(metric), limits[METRIC_NAMES[metric] as MetricName]);
    if (proximity > nearest) nearest = proximity;
  }
  const step = stepOf(nearest);
  if (step < before && stepOf(nearest + HOLD) === before) return before;
  if (step > before && stepOf(nearest - HOLD) === before) return before;
  return step;
}

function stepOf(proximity: number): ProximityStep {
  return proximity >= STEPS[2] ? 4 : proximity >= STEPS[1] ? 3 : proximity >= STEPS[0] ? 2 : 1;
}
