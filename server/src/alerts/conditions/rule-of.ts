// The rules that conditions stand for, as the evaluator needs them.

import type { Condition, OnlyWhile } from '@gonsters/contract';
import { type AlertCatalogue, codesOf } from '../../machines/alert-catalogue.ts';
import type { ConditionTiming } from '../rules/condition.ts';
import type { GateRule } from '../rules/condition-gate.ts';
import type { MoreRule } from '../rules/condition-rule.ts';

type Catalogue = Pick<AlertCatalogue, 'get'>;

/**
 * null for kinds that no rule evaluates: limits, bad quality and connection.
 *
 * @param holdMs the inactivity timeout of the machine
 */
export function ruleOf(condition: Condition, catalogue: Catalogue, holdMs: number): MoreRule | null {
  const severity = condition.severity ?? 'warning';
  const timing = timingOf(condition);
  const durationMs = (condition.duration_seconds ?? 0) * 1000;
  switch (condition.kind) {
    case 'rate_of_change':
      return {
        ...{ kind: condition.kind, severity, timing },
        unitsPerMinute: condition.units_per_minute ?? Number.POSITIVE_INFINITY,
        windowMs: (condition.window_seconds ?? 60) * 1000,
        direction: condition.direction ?? 'either',
      };
    case 'stuck':
      return { kind: condition.kind, severity, timing, durationMs, epsilon: condition.epsilon ?? 0 };
    case 'state': {
      const codes = codesOf(catalogue.get(condition.metric ?? ''), condition.values ?? []);
      return { kind: condition.kind, severity, timing, durationMs, codes, holdMs };
    }
    case 'no_count':
      return { kind: condition.kind, severity, timing, durationMs, holdMs };
    default:
      return null;
  }
}

/** The delays of the limits of a metric. @param plant those of the plant, which hold where the condition sets none */
export function levelTiming(condition: Condition, plant: ConditionTiming): ConditionTiming {
  return {
    deadbandPercent: plant.deadbandPercent,
    deadband: condition.deadband,
    onDelayMs: msOf(condition.on_delay_seconds) ?? plant.onDelayMs,
    offDelayMs: msOf(condition.off_delay_seconds) ?? plant.offDelayMs,
  };
}

export function gateRuleOf({ metric, values, startup_seconds: startup }: OnlyWhile, catalogue: Catalogue): GateRule {
  return { codes: codesOf(catalogue.get(metric), values), startupMs: startup * 1000 };
}

const timingOf = (condition: Condition): ConditionTiming => ({
  deadbandPercent: 0,
  deadband: condition.deadband ?? 0,
  onDelayMs: msOf(condition.on_delay_seconds) ?? 0,
  offDelayMs: msOf(condition.off_delay_seconds) ?? 0,
});

const msOf = (seconds: number | null) => (seconds === null ? null : seconds * 1000);
