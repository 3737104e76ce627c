// The state machine of one metric of a machine: since when its value is past a limit, and when the condition becomes active,
// escalates and clears. Pure functions.

import type { EffectiveLimits, LimitKind, Severity } from '@gonsters/contract';

export type Side = 'high' | 'low';
export const SIDES = ['high', 'low'] as const satisfies readonly Side[];

/** Delays are measured in effective times of readings, not by the clock. */
export interface ConditionTiming {
  /** How far inside the limit a value must be to clear, as a share of the limit's absolute value. */
  readonly deadbandPercent: number;
  /** The same in the unit of the value, instead of the share; null or absent: the share counts. */
  readonly deadband?: number | null;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

type Deadband = Pick<ConditionTiming, 'deadbandPercent' | 'deadband'>;

/** The state of one side. Plain JSON: it is stored as it is, and restored after a restart. */
export interface SideState {
  /** Severity of the active condition; null while it is not active. It never falls from critical to warning. */
  readonly active: Severity | null;
  /** First of the consecutive readings past the limit, while the condition is not active yet. */
  readonly pastSinceMs: number | null;
  /** First of the consecutive readings past the critical limit, while the condition is not critical yet. */
  readonly criticalSinceMs: number | null;
  /** First of the consecutive readings inside the limit by the deadband, while the condition is active. */
  readonly insideSinceMs: number | null;
  /** Readings past the limit since `pastSinceMs`. */
  readonly readingCount: number;
  /** The worst of them. */
  readonly peakValue: number | null;
}
export interface ConditionState {
  readonly high: SideState;
  readonly low: SideState;
}

export const QUIET_SIDE: SideState = {
  active: null,
  pastSinceMs: null,
  criticalSinceMs: null,
  insideSinceMs: null,
  readingCount: 0,
  peakValue: null,
};
export const QUIET: ConditionState = { high: QUIET_SIDE, low: QUIET_SIDE };

export interface Transition {
  readonly change: 'raised' | 'escalated' | 'cleared';
  readonly side: Side;
  readonly severity: Severity;
  /** The limit that was passed or, in case of a clear, that the value is inside of; null where none is set. */
  readonly limitKind: LimitKind;
  readonly threshold: number | null;
  readonly timestampMs: number;
  readonly value: number;
}

export interface Evaluation {
  readonly state: ConditionState;
  readonly transitions: readonly Transition[];
}

/** So that 78.4 is not shown as 78.39999999999999. */
const SHOWN_DIGITS = 12;
const NO_TRANSITIONS: readonly Transition[] = [];

/**
 * Applies one value. Values must be given in ascending order of time; `timestampMs` may equal the previous one, for a
 * corrected value. A critical condition stays critical until it clears, also when the value is between the two limits.
 */
export function evaluateValue(
  state: ConditionState,
  timestampMs: number,
  value: number,
  limits: EffectiveLimits,
  timing: ConditionTiming,
): Evaluation {
  const high = stepSide('high', state.high, timestampMs, value, limits, timing);
  const low = stepSide('low', state.low, timestampMs, value, limits, timing);
  if (high.state === state.high && low.state === state.low) return { state, transitions: NO_TRANSITIONS };
  const transitions =
    high.transition === null && low.transition === null
      ? NO_TRANSITIONS
      : [high.transition, low.transition].filter((transition) => transition !== null);
  return { state: { high: high.state, low: low.state }, transitions };
}

/** The server's clock was set back: delays in progress begin at `atMs` at the latest. */
export function rebaseDelays(state: ConditionState, atMs: number): ConditionState {
  if (state === QUIET) return state;
  const earlier = (sinceMs: number | null) => (sinceMs === null ? null : Math.min(sinceMs, atMs));
  const side = (of: SideState): SideState =>
    of === QUIET_SIDE
      ? of
      : {
          ...of,
          pastSinceMs: earlier(of.pastSinceMs),
          criticalSinceMs: earlier(of.criticalSinceMs),
          insideSinceMs: earlier(of.insideSinceMs),
        };
  return { high: side(state.high), low: side(state.low) };
}

/** Whether more than counts and peaks differ. */
export function differsBeyondFigures(before: ConditionState, after: ConditionState): boolean {
  return SIDES.some((side) => {
    const a = before[side];
    const b = after[side];
    return (
      a.active !== b.active ||
      a.pastSinceMs !== b.pastSinceMs ||
      a.criticalSinceMs !== b.criticalSinceMs ||
      a.insideSinceMs !== b.insideSinceMs
    );
  });
}

/** Severity of a value by itself, regardless of the state; null inside the limits. */
export function severityOfValue(side: Side, value: number, limits: EffectiveLimits): Severity | null {
  const critical = criticalLimit(side, limits);
  if (critical !== null && isPast(side, value, critical)) return 'critical';
  const warning = warningLimit(side, limits);
  return warning !== null && isPast(side, value, warning) ? 'warning' : null;
}

export function limitKindOf(side: Side, severity: Severity): LimitKind {
  if (side === 'high') return severity === 'critical' ? 'high_high' : 'high';
  return severity === 'critical' ? 'low_low' : 'low';
}

/** The limit that is passed when a condition past the limit `kind` escalates. */
export function escalatedKind(kind: LimitKind | 'stale'): LimitKind | 'stale' {
  return kind === 'high' ? 'high_high' : kind === 'low' ? 'low_low' : kind;
}

export function warningLimit(side: Side, limits: EffectiveLimits): number | null {
  return side === 'high' ? limits.high : limits.low;
}

export function criticalLimit(side: Side, limits: EffectiveLimits): number | null {
  return side === 'high' ? limits.high_high : limits.low_low;
}

/** The limit that a value passes first; null where the side has none. */
export function outerLimit(side: Side, limits: EffectiveLimits): number | null {
  const warning = warningLimit(side, limits);
  const critical = criticalLimit(side, limits);
  if (warning === null || critical === null) return warning ?? critical;
  return side === 'high' ? Math.min(warning, critical) : Math.max(warning, critical);
}

/** The value at which a condition clears; null where no limit is set, so that any value clears it. */
export function clearingValue(side: Side, limits: EffectiveLimits, timing: Deadband): number | null {
  const outer = outerLimit(side, limits);
  return outer === null ? null : Number(deadbandEdge(side, outer, timing).toPrecision(SHOWN_DIGITS));
}

/** Whether a value clears a side: inside its limit by the deadband, or no limit is set. */
export function isClear(side: Side, value: number, limits: EffectiveLimits, timing: ConditionTiming): boolean {
  const outer = outerLimit(side, limits);
  return outer === null || isInside(side, value, outer, timing);
}

/** The value that is further past the limit. */
export function worseOf(side: Side, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return side === 'high' ? Math.max(a, b) : Math.min(a, b);
}

export interface Step {
  readonly state: SideState;
  readonly transition: Transition | null;
}
const STILL_QUIET: Step = { state: QUIET_SIDE, transition: null };

/** One side alone. Called for every reading near a limit, so it creates one object at most unless there is a transition. */
export function stepSide(
  side: Side,
  state: SideState,
  timestampMs: number,
  value: number,
  limits: EffectiveLimits,
  timing: ConditionTiming,
): Step {
  const severity = severityOfValue(side, value, limits);
  if (severity === null) {
    return state.active === null
      ? STILL_QUIET
      : stepInside(side, state, state.active, timestampMs, value, limits, timing);
  }
  const readingCount = state.readingCount + 1;
  const peakValue = worseOf(side, state.peakValue, value);
  const criticalSinceMs = severity === 'critical' ? (state.criticalSinceMs ?? timestampMs) : null;
  const critical = criticalSinceMs !== null && timestampMs - criticalSinceMs >= timing.onDelayMs;
  const pastSinceMs = state.pastSinceMs ?? timestampMs;
  if (state.active === null && timestampMs - pastSinceMs < timing.onDelayMs) {
    const pending = { active: null, pastSinceMs, criticalSinceMs, insideSinceMs: null, readingCount, peakValue };
    return { state: pending, transition: null };
  }
  // Without a warning limit the condition becomes critical at once.
  const active =
    critical || state.active === 'critical' || warningLimit(side, limits) === null ? 'critical' : ('warning' as const);
  const change = state.active === null ? 'raised' : state.active === active ? null : 'escalated';
  return {
    state: {
      active,
      pastSinceMs: null,
      criticalSinceMs: active === 'critical' ? null : criticalSinceMs,
      insideSinceMs: null,
      readingCount,
      peakValue,
    },
    transition: change === null ? null : transitionOf(change, side, active, timestampMs, value, limits),
  };
}

/** The value of an active condition is not past the limit: it clears inside the limit by the deadband, after the off-delay. */
function stepInside(
  side: Side,
  state: SideState,
  active: Severity,
  timestampMs: number,
  value: number,
  limits: EffectiveLimits,
  timing: ConditionTiming,
): Step {
  const insideSinceMs = isClear(side, value, limits, timing) ? (state.insideSinceMs ?? timestampMs) : null;
  const offDelayMs = outerLimit(side, limits) === null ? 0 : timing.offDelayMs;
  if (insideSinceMs !== null && timestampMs - insideSinceMs >= offDelayMs) {
    return { state: QUIET_SIDE, transition: transitionOf('cleared', side, active, timestampMs, value, limits) };
  }
  return { state: { ...state, criticalSinceMs: null, insideSinceMs }, transition: null };
}

function transitionOf(
  change: Transition['change'],
  side: Side,
  severity: Severity,
  timestampMs: number,
  value: number,
  limits: EffectiveLimits,
): Transition {
  const threshold = severity === 'critical' ? criticalLimit(side, limits) : warningLimit(side, limits);
  return { change, side, severity, limitKind: limitKindOf(side, severity), threshold, timestampMs, value };
}

const isPast = (side: Side, value: number, limit: number) => (side === 'high' ? value > limit : value < limit);

function isInside(side: Side, value: number, limit: number, timing: Deadband): boolean {
  const edge = deadbandEdge(side, limit, timing);
  return side === 'high' ? value <= edge : value >= edge;
}

function deadbandEdge(side: Side, limit: number, timing: Deadband): number {
  const deadband = timing.deadband ?? (Math.abs(limit) * timing.deadbandPercent) / 100;
  return side === 'high' ? limit - deadband : limit + deadband;
}
