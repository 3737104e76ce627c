// Evaluates a condition of any kind: the same for live readings, for history and for a back-test. Each kind brings its values down
// to one measure; delays, deadband and severity are then those of a level (`condition.ts`).

import type { EffectiveLimits, Severity } from '@gonsters/contract';
import {
  type ConditionState,
  evaluateValue,
  QUIET,
  QUIET_SIDE,
  SIDES,
  stepSide,
  type Transition,
} from './condition.ts';
import { type ConditionRule, holdMsOf, isLasting, type LastingRule, type RateRule } from './condition-rule.ts';
import { RateWindow } from './rate-window.ts';

/** What is known of the values of a lasting condition. */
export interface Lasting {
  /** The first of the values that are the same, or the newest one. */
  value: number;
  /** Since when it has lasted; NaN while it does not. */
  sinceMs: number;
}

/** Of one condition of one machine. It is updated in place, so that a reading costs no allocation. */
export interface RuleState {
  condition: ConditionState;
  rate: RateWindow | null;
  lasting: Lasting | null;
  /** Time of the newest value; -Infinity before the first. */
  newestMs: number;
}

export interface EvaluationContext {
  /** Since when the condition counts, as `GateState.openSinceMs` says: Infinity while it does not. */
  openSinceMs: number;
  /** Time of the newest reading of the machine before this one, whatever it measured. */
  heardMs: number;
}

const NONE: readonly Transition[] = [];
const noLimits: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };
/** A lasting condition is measured as 1 while it is abnormal and 0 while it is not. */
const LASTING_LIMITS: Record<Severity, EffectiveLimits> = {
  warning: { ...noLimits, high: 0.5 },
  critical: { ...noLimits, high_high: 0.5 },
};

export const newRuleState = (): RuleState => ({
  condition: QUIET,
  rate: null,
  lasting: null,
  newestMs: Number.NEGATIVE_INFINITY,
});

/**
 * Applies one good value. Values must be given in ascending order of time; the time may equal the previous one, for a corrected
 * value. Other kinds than `level` have transitions of the side `high` only, with the rate or the value as their value.
 *
 * @param context absent: the condition always counts, and the machine sends nothing else
 */
export function evaluateCondition(
  rule: ConditionRule,
  state: RuleState,
  atMs: number,
  value: number,
  { openSinceMs, heardMs }: EvaluationContext = { openSinceMs: Number.NEGATIVE_INFINITY, heardMs: state.newestMs },
): readonly Transition[] {
  state.newestMs = atMs;
  if (rule.kind === 'level') {
    if (atMs < openSinceMs) return endCondition(rule, state, atMs, value);
    const evaluated = evaluateValue(state.condition, atMs, value, rule.limits, rule.timing);
    state.condition = evaluated.state;
    return evaluated.transitions;
  }
  if (rule.kind === 'rate_of_change') return evaluateRate(rule, state, atMs, value, openSinceMs);
  const due = advanceCondition(rule, state, atMs, { openSinceMs, heardMs });
  const lasting = noteValue(rule, state, atMs, value);
  if (atMs < openSinceMs) return joined(due, endCondition(rule, state, atMs, value));
  const isAbnormal = atMs - Math.max(lasting.sinceMs, openSinceMs) >= rule.durationMs;
  return joined(due, stepLasting(rule, state, atMs, isAbnormal));
}

/**
 * Time passes without a value: what has lasted long enough is raised, and what has ended for the off-delay clears. Transitions
 * have the time at which they were due or, where only a later reading of the machine showed that it was still there, `toMs`.
 */
export function advanceCondition(
  rule: ConditionRule,
  state: RuleState,
  toMs: number,
  { openSinceMs, heardMs }: EvaluationContext,
): readonly Transition[] {
  if (!isLasting(rule) || state.lasting === null) return NONE;
  let transitions = NONE;
  for (;;) {
    const dueMs = nextDueMs(rule, state, openSinceMs);
    const isEnding = state.condition.high.active !== null;
    const knownMs = isEnding ? toMs : Math.min(toMs, heardMs + holdMsOf(rule));
    if (!(dueMs <= knownMs)) return transitions;
    const atMs = heardMs === toMs && !isEnding ? toMs : dueMs;
    transitions = joined(transitions, stepLasting(rule, state, atMs, !isEnding));
  }
}

/** When time alone next changes the condition; Infinity where it does not. */
export function nextDueMs(rule: ConditionRule, { condition, lasting }: RuleState, openSinceMs: number): number {
  if (!isLasting(rule) || lasting === null) return Number.POSITIVE_INFINITY;
  const { active, pastSinceMs, insideSinceMs } = condition.high;
  if (active !== null)
    return insideSinceMs === null ? Number.POSITIVE_INFINITY : insideSinceMs + rule.timing.offDelayMs;
  if (pastSinceMs !== null) return pastSinceMs + rule.timing.onDelayMs;
  const dueMs = Math.max(lasting.sinceMs, openSinceMs) + rule.durationMs;
  return Number.isNaN(dueMs) ? Number.POSITIVE_INFINITY : dueMs;
}

/** The condition is new: what is known of its metric is the newest value. */
export function beginCondition(rule: ConditionRule, state: RuleState, atMs: number, value: number): void {
  state.newestMs = atMs;
  if (isLasting(rule)) noteValue(rule, state, atMs, value);
}

/** A bad value: what lasted until now is not known to last, and an active condition stays as it is. */
export function interruptCondition(rule: ConditionRule, state: RuleState): void {
  if (!isLasting(rule) || state.lasting === null || state.condition.high.active !== null) return;
  state.lasting.sinceMs = Number.NaN;
  state.condition = QUIET;
}

/** The state that the condition is tied to has ended: it clears without a delay, and delays in progress end. */
export function endCondition(
  rule: ConditionRule,
  state: RuleState,
  atMs: number,
  value: number,
): readonly Transition[] {
  const before = state.condition;
  if (before === QUIET) return NONE;
  state.condition = QUIET;
  const limits = rule.kind === 'level' ? rule.limits : noLimits;
  return SIDES.flatMap((side) => {
    const { active } = before[side];
    if (active === null) return [];
    const step = stepSide(side, { ...QUIET_SIDE, active }, atMs, Number.NaN, noLimits, rule.timing);
    const { transition } = step;
    return transition === null ? [] : [{ ...transition, value, threshold: thresholdOf(rule, transition, limits) }];
  });
}

function evaluateRate(
  rule: RateRule,
  state: RuleState,
  atMs: number,
  value: number,
  openSinceMs: number,
): readonly Transition[] {
  if (state.rate?.windowMs !== rule.windowMs) state.rate = new RateWindow(rule.windowMs);
  const rate = state.rate.add(atMs, value, openSinceMs);
  if (atMs < openSinceMs) return endCondition(rule, state, atMs, value);
  if (Number.isNaN(rate)) return NONE;
  const measure = rule.direction === 'either' ? Math.abs(rate) : rule.direction === 'rise' ? rate : -rate;
  if (state.condition === QUIET && measure <= rule.unitsPerMinute) return NONE;
  const limits = rateLimits(rule);
  const { state: high, transition } = stepSide('high', state.condition.high, atMs, measure, limits, rule.timing);
  state.condition = high === QUIET_SIDE ? QUIET : { high, low: QUIET_SIDE };
  return transition === null ? NONE : [{ ...transition, value: rate }];
}

function noteValue(rule: LastingRule, state: RuleState, atMs: number, value: number): Lasting {
  if (state.lasting === null) state.lasting = { value, sinceMs: Number.NaN };
  const { lasting } = state;
  if (rule.kind === 'state') {
    if (!rule.codes.has(value)) lasting.sinceMs = Number.NaN;
    else if (Number.isNaN(lasting.sinceMs)) lasting.sinceMs = atMs;
    lasting.value = value;
    return lasting;
  }
  // A counter that has become smaller was reset: it counts from there.
  const isSame = rule.kind === 'stuck' ? Math.abs(value - lasting.value) <= rule.epsilon : value === lasting.value;
  if (!isSame || Number.isNaN(lasting.sinceMs)) {
    lasting.sinceMs = atMs;
    lasting.value = value;
  }
  return lasting;
}

function stepLasting(rule: LastingRule, state: RuleState, atMs: number, isAbnormal: boolean): readonly Transition[] {
  const before = state.condition;
  if (before === QUIET && !isAbnormal) return NONE;
  const limits = LASTING_LIMITS[rule.severity];
  const { state: high, transition } = stepSide('high', before.high, atMs, isAbnormal ? 1 : 0, limits, rule.timing);
  state.condition = high === QUIET_SIDE ? QUIET : { high, low: QUIET_SIDE };
  if (transition === null) return NONE;
  return [{ ...transition, value: (state.lasting as Lasting).value, threshold: null }];
}

function rateLimits({ severity, unitsPerMinute }: RateRule): EffectiveLimits {
  return severity === 'critical' ? { ...noLimits, high_high: unitsPerMinute } : { ...noLimits, high: unitsPerMinute };
}

function thresholdOf(rule: ConditionRule, { limitKind }: Transition, limits: EffectiveLimits): number | null {
  if (rule.kind === 'level') return limits[limitKind];
  return rule.kind === 'rate_of_change' ? rule.unitsPerMinute : null;
}

const joined = (a: readonly Transition[], b: readonly Transition[]): readonly Transition[] =>
  a === NONE ? b : b === NONE ? a : [...a, ...b];
