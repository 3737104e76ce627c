// The request of a back-test for rules that are being edited.

import { type EffectiveLimits, LIMIT_KINDS } from '@gonsters/contract';
import type { BacktestAsked } from '../../../api/backtest-api.ts';
import { type InForce, limitsOf, type NumberField, type RuleEdits } from './rules-draft.ts';

export const BACKTEST_RANGES = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 } as const;
export type BacktestRange = keyof typeof BACKTEST_RANGES;
const DAY_MS = 86_400_000;

/** Ends at a whole minute, so that the same question is the same request. */
export function rangeSpan(range: BacktestRange, nowMs: number): { fromMs: number; toMs: number } {
  const toMs = Math.floor(nowMs / 60_000) * 60_000;
  return { fromMs: toMs - BACKTEST_RANGES[range] * DAY_MS, toMs };
}

/** One machine, machines by their ids, or all of a type. */
export type BacktestTarget = { machineIds: readonly string[] } | { sensorType: string };

/**
 * What is not edited is left to what is in force on each machine. Limits that follow from an edited one, as high-high does from
 * high, are asked for too.
 */
export function backtestAsked(
  metric: string,
  target: BacktestTarget,
  span: { fromMs: number; toMs: number },
  edits: RuleEdits,
  before: Record<NumberField, InForce<number | null>>,
  after: Record<NumberField, InForce<number | null>>,
): BacktestAsked {
  const limits = changedLimits(limitsOf(before), limitsOf(after));
  const edited = (field: NumberField) => field in edits && after[field].value !== null;
  return {
    metric,
    ...('sensorType' in target ? { sensor_type: target.sensorType } : { machine_ids: [...target.machineIds] }),
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(edited('onDelay') ? { on_delay_seconds: after.onDelay.value ?? 0 } : {}),
    ...(edited('offDelay') ? { off_delay_seconds: after.offDelay.value ?? 0 } : {}),
    ...(edited('deadband') ? { deadband: after.deadband.value ?? 0 } : {}),
    ...(edits.onlyWhile === undefined ? {} : { only_while: edits.onlyWhile }),
  };
}

const changedLimits = (before: EffectiveLimits, after: EffectiveLimits): Partial<EffectiveLimits> =>
  Object.fromEntries(LIMIT_KINDS.filter((kind) => before[kind] !== after[kind]).map((kind) => [kind, after[kind]]));
