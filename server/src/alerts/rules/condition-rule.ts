// What a condition compares values with: one type for each kind that values decide.

import type { EffectiveLimits, RateDirection, Severity } from '@gonsters/contract';
import type { ConditionTiming } from './condition.ts';

export interface LevelRule {
  readonly kind: 'level';
  readonly limits: EffectiveLimits;
  readonly timing: ConditionTiming;
}

export interface RateRule {
  readonly kind: 'rate_of_change';
  /** Greater than 0. */
  readonly unitsPerMinute: number;
  readonly windowMs: number;
  readonly direction: RateDirection;
  readonly severity: Severity;
  /** Its deadband is in units per minute. */
  readonly timing: ConditionTiming;
}

interface DurationRule {
  readonly durationMs: number;
  readonly severity: Severity;
  readonly timing: ConditionTiming;
}
export interface StuckRule extends DurationRule {
  readonly kind: 'stuck';
  /** Values that differ from the first one by at most this much are the same. */
  readonly epsilon: number;
}
export interface StateRule extends DurationRule {
  readonly kind: 'state';
  /** The codes of the abnormal states; 1 is true, 0 is false. */
  readonly codes: ReadonlySet<number>;
  /** A value holds for at most this long after the last reading of its machine, whatever that measured. */
  readonly holdMs: number;
}
export interface NoCountRule extends DurationRule {
  readonly kind: 'no_count';
  /** The counter is known to stand still for at most this long after the last reading of its machine. */
  readonly holdMs: number;
}

/** Kinds that are about how long something lasts, so that time alone can raise them. */
export type LastingRule = StuckRule | StateRule | NoCountRule;
/** Kinds besides the limits of a metric, each with an alert of its own. */
export type MoreRule = RateRule | LastingRule;
export type ConditionRule = LevelRule | MoreRule;

export function isLasting(rule: ConditionRule): rule is LastingRule {
  return rule.kind === 'stuck' || rule.kind === 'state' || rule.kind === 'no_count';
}

/** How long after the last reading of its machine what a value says is still known. */
export function holdMsOf(rule: LastingRule): number {
  // A machine that sends nothing is no evidence that its value does not change.
  return rule.kind === 'stuck' ? 0 : rule.holdMs;
}
