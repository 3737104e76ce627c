// The outcome of a back-test as the API replies it.

import type { EffectiveLimits } from '@gonsters/contract';
import { type BacktestRaise, type BacktestResult, isoTime, LIMIT_LABELS, type LimitKind } from '@gonsters/contract';
import { spokenDuration } from '../../spoken-duration.ts';
import { outerLimit, warningLimit } from '../rules/condition.ts';
import type { ConditionRule } from '../rules/condition-rule.ts';
import type { ComparedRaise } from './compare-raises.ts';
import type { RecordedRaise } from './raise-recorder.ts';
import type { BacktestOutcome, BacktestPlan, VariantFigures } from './run-backtest.ts';

export function backtestResult(
  plan: BacktestPlan,
  outcome: BacktestOutcome,
  beside: { tookMs: number; happened: BacktestResult['happened']; notes: readonly string[] },
): BacktestResult {
  const rulesOf = new Map(plan.series.map(({ machineId, would }) => [machineId, would.rule]));
  const { excursions } = outcome;
  return {
    from: isoTime(plan.fromMs),
    to: isoTime(plan.toMs),
    machines: plan.series.length,
    readings: outcome.values,
    took_ms: Math.round(beside.tookMs),
    now: figuresOf(outcome.now),
    would: figuresOf(outcome.would),
    happened: beside.happened,
    excursions: {
      true: excursions.true,
      found: excursions.found,
      latest_seconds: excursions.latestMs === null ? null : excursions.latestMs / 1000,
      allowed_seconds: Math.min(...plan.series.map(({ respondMs }) => respondMs)) / 1000,
    },
    raises: outcome.raises.map((each) => raiseOf(each, rulesOf.get(each.machineId) as ConditionRule)),
    truncated: outcome.isTruncated,
    notes: [...beside.notes, ...(outcome.isCut ? [CUT] : [])],
  };
}

const CUT =
  'A machine has so many raises that its list and its excursions are of the first 50,000 only; the figures count all.';

const figuresOf = ({ raises, activeMs, chattering, worstTenMinutes }: VariantFigures) => ({
  raises,
  seconds_in_alarm: activeMs / 1000,
  chattering,
  worst_10_minutes: worstTenMinutes,
});

function raiseOf(compared: ComparedRaise & { machineId: string }, rule: ConditionRule): BacktestRaise {
  const { machineId, now, would, insteadOf } = compared;
  const shown = now ?? (would as RecordedRaise);
  const { severity, limitKind } = would ?? shown;
  const change = now === null ? 'new' : would === null ? 'gone' : 'kept';
  return {
    machine_id: machineId,
    raised_at: isoTime(shown.fromMs),
    cleared_at: shown.toMs === null ? null : isoTime(shown.toMs),
    peak: shown.peak,
    severity,
    limit_kind: limitKind,
    change,
    kept: would !== null,
    would_raise_at: would === null ? null : isoTime(would.fromMs),
    would_clear_at: would === null || would.toMs === null ? null : isoTime(would.toMs),
    instead_of: insteadOf,
    found_after_seconds: now === null || would === null ? null : (would.fromMs - now.fromMs) / 1000,
    reason_code: compared.reason,
    reason: reasonOf(compared, rule),
  };
}

function reasonOf({ now, would, insteadOf, reason }: ComparedRaise, rule: ConditionRule): string | null {
  const { timing } = rule;
  if (now === null) return 'Not raised now';
  if (would !== null) {
    if (insteadOf > 1) return `1 raise instead of ${insteadOf}`;
    return would.severity === now.severity ? null : `${would.severity} instead of ${now.severity}`;
  }
  switch (reason) {
    case 'not_past_limit':
      return now.side === 'stale' || rule.kind !== 'level' ? null : notPast(now.side, rule.limits);
    case 'no_limit':
      return 'There would be no such limit';
    case 'shorter_than_on_delay':
      return `Shorter than ${spokenDuration(timing.onDelayMs / 1000)}`;
    case 'within_off_delay':
      return `Returned within ${spokenDuration(timing.offDelayMs / 1000)}: part of the raise before it`;
    case 'inside_deadband':
      return 'The value did not leave the deadband: part of the raise before it';
    case 'part_of_earlier':
      return 'Part of the raise before it';
    default:
      return 'The condition is not met';
  }
}

function notPast(side: 'high' | 'low', limits: EffectiveLimits): string {
  const isWarning = warningLimit(side, limits) === outerLimit(side, limits);
  const kind: LimitKind = side === 'high' ? (isWarning ? 'high' : 'high_high') : isWarning ? 'low' : 'low_low';
  return `${side === 'high' ? 'Below' : 'Above'} the new ${LIMIT_LABELS[kind]} limit`;
}
