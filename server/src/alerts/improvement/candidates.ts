// The changes of a limit and its delays that are tried, the smallest first.

import type { ImprovementChanges, LimitKind } from '@gonsters/contract';
import type { Side } from '../rules/condition.ts';
import type { LevelRule } from '../rules/condition-rule.ts';

const ON_DELAYS = [5, 10, 20, 30, 60, 120, 300];
const OFF_DELAYS = [5, 10, 20, 30, 60, 120, 300];
/** Shares of the absolute value of the limit. */
const SHARES = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1];
const MS = 1000;
/** So that a limit of 80 becomes 82.4 and not 82.39999999999999. */
const SHOWN_DIGITS = 6;
/** Two changes at once are tried up to this many. */
const MAX_PAIRS = 80;

export interface Candidate {
  readonly changes: ImprovementChanges;
  readonly rule: LevelRule;
}

/** Of the smallest to the largest step of one parameter. */
type Steps = readonly ImprovementChanges[];

export interface CandidateInput {
  readonly rule: LevelRule;
  readonly side: Side;
  /** Of the limit that a value passes first. */
  readonly kind: LimitKind;
  readonly limit: number;
  /** The critical limit beyond it, which a warning limit must not reach; null where there is none. */
  readonly beyond: number | null;
  readonly respondMs: number;
}

/**
 * Fewer parameters come first, then smaller steps. Of equal steps an off-delay comes first, then a deadband, because neither delays the
 * detection, then an on-delay, and last the limit itself.
 */
export function candidatesOf(input: CandidateInput): Candidate[] {
  const parameters = [offDelays(input), deadbands(input), onDelays(input), limits(input)];
  const singles = byStep(
    parameters.flatMap((steps, order) => steps.map((changes, step) => ({ changes, step, order }))),
  );
  const pairs = parameters.flatMap((first, a) =>
    parameters
      .slice(a + 1)
      .flatMap((second, b) =>
        first.flatMap((one, i) =>
          second.map((other, j) => ({ changes: { ...one, ...other }, step: i + j, order: a * parameters.length + b })),
        ),
      ),
  );
  return [...singles, ...byStep(pairs).slice(0, MAX_PAIRS)].map(({ changes }) => ({
    changes,
    rule: changedRule(input.rule, input.kind, changes),
  }));
}

const byStep = <C extends { step: number; order: number }>(candidates: C[]): C[] =>
  candidates.sort((a, b) => a.step - b.step || a.order - b.order);

/** The rule with these changes. */
function changedRule(rule: LevelRule, kind: LimitKind, changes: ImprovementChanges): LevelRule {
  const { limit, deadband, on_delay_seconds: on, off_delay_seconds: off } = changes;
  return {
    ...rule,
    limits: limit === undefined ? rule.limits : { ...rule.limits, [kind]: limit },
    timing: {
      ...rule.timing,
      ...(deadband === undefined ? {} : { deadband }),
      ...(on === undefined ? {} : { onDelayMs: on * MS }),
      ...(off === undefined ? {} : { offDelayMs: off * MS }),
    },
  };
}

/** The deadband in the unit of the metric. */
export function deadbandOf({ timing }: LevelRule, limit: number): number {
  return timing.deadband ?? (Math.abs(limit) * timing.deadbandPercent) / 100;
}

/** The widest deadband and the longest off-delay that are tried. */
export function widest(input: CandidateInput): { deadband: number; offDelayMs: number } {
  const { rule, limit } = input;
  return {
    deadband: Math.max(deadbandOf(rule, limit), ...deadbands(input).map(({ deadband }) => deadband ?? 0)),
    offDelayMs: Math.max(rule.timing.offDelayMs, ...OFF_DELAYS.map((seconds) => seconds * MS)),
  };
}

function offDelays({ rule }: CandidateInput): Steps {
  return OFF_DELAYS.filter((seconds) => seconds * MS > rule.timing.offDelayMs).map((seconds) => ({
    off_delay_seconds: seconds,
  }));
}

/** A longer one than the time to respond would find everything too late. */
function onDelays({ rule, respondMs }: CandidateInput): Steps {
  return ON_DELAYS.filter((seconds) => seconds * MS > rule.timing.onDelayMs && seconds * MS <= respondMs).map(
    (seconds) => ({ on_delay_seconds: seconds }),
  );
}

function deadbands({ rule, limit }: CandidateInput): Steps {
  const now = deadbandOf(rule, limit);
  return SHARES.map((share) => shown(Math.abs(limit) * share))
    .filter((deadband) => deadband > now)
    .map((deadband) => ({ deadband }));
}

function limits({ side, limit, beyond }: CandidateInput): Steps {
  return SHARES.map((share) => shown(limit + (side === 'high' ? 1 : -1) * Math.abs(limit) * share))
    .filter((moved) => moved !== limit && (beyond === null || (side === 'high' ? moved < beyond : moved > beyond)))
    .map((moved) => ({ limit: moved }));
}

const shown = (value: number) => Number(value.toPrecision(SHOWN_DIGITS));
