// Compares what the rules in force raise with what others would: each raise is kept, gone or new, with the reason.

import type { BacktestRaise } from '@gonsters/contract';
import { type ConditionTiming, outerLimit, type Side } from '../rules/condition.ts';
import type { ConditionRule } from '../rules/condition-rule.ts';
import type { RecordedRaise } from './raise-recorder.ts';

export interface ComparedRaise {
  readonly now: RecordedRaise | null;
  readonly would: RecordedRaise | null;
  /** Raises of now that this one replaces. */
  insteadOf: number;
  readonly reason: NonNullable<BacktestRaise['reason_code']> | null;
}
type Reason = ComparedRaise['reason'];

/** What is compared; null for a condition that is not about limits. */
export interface ComparedRules {
  readonly now: ConditionRule | null;
  readonly would: ConditionRule;
}

/** Both lists ascend. The result ascends by the raise of now, or by that of then where there is none now. */
export function compareRaises(
  now: readonly RecordedRaise[],
  would: readonly RecordedRaise[],
  rules: ComparedRules,
): ComparedRaise[] {
  const sides = new Set([...now, ...would].map(({ side }) => side));
  const compared = [...sides].flatMap((side) => compareSide(bySide(now, side), bySide(would, side), side, rules));
  return compared.sort((a, b) => startOf(a) - startOf(b));
}

export const startOf = ({ now, would }: ComparedRaise): number => (now ?? (would as RecordedRaise)).fromMs;

const bySide = (raises: readonly RecordedRaise[], side: RecordedRaise['side']) =>
  raises.filter((raise) => raise.side === side);
const endOf = ({ toMs }: RecordedRaise) => toMs ?? Number.POSITIVE_INFINITY;

function compareSide(
  now: readonly RecordedRaise[],
  would: readonly RecordedRaise[],
  side: RecordedRaise['side'],
  rules: ComparedRules,
): ComparedRaise[] {
  const rows: ComparedRaise[] = [];
  /** The row that each raise of then belongs to. */
  const rowOf = new Map<RecordedRaise, ComparedRaise>();
  let next = 0;
  for (const raise of now) {
    while (next < would.length && endOf(would[next] as RecordedRaise) < raise.fromMs) next++;
    let at = next;
    while (at < would.length && rowOf.has(would[at] as RecordedRaise)) at++;
    const first = overlapping(would[next], raise);
    const free = overlapping(would[at], raise);
    if (free !== null) {
      const row = { now: raise, would: free, insteadOf: 1, reason: null };
      rowOf.set(free, row);
      rows.push(row);
    } else {
      const kept = first === null ? undefined : rowOf.get(first);
      if (kept !== undefined) kept.insteadOf++;
      const reason = kept === undefined ? goneReason(raise, side, rules.would) : mergedReason(rules);
      rows.push({ now: raise, would: null, insteadOf: 0, reason });
    }
  }
  for (const raise of would) {
    if (!rowOf.has(raise)) rows.push({ now: null, would: raise, insteadOf: 0, reason: null });
  }
  return rows;
}

function overlapping(would: RecordedRaise | undefined, raise: RecordedRaise): RecordedRaise | null {
  return would !== undefined && would.fromMs <= endOf(raise) && endOf(would) >= raise.fromMs ? would : null;
}

function goneReason(raise: RecordedRaise, side: RecordedRaise['side'], rule: ConditionRule): Reason {
  if (rule.kind !== 'level' || side === 'stale') return 'not_met';
  const limit = outerLimit(side, rule.limits);
  if (limit === null) return 'no_limit';
  if (raise.peak !== null && !isPast(side, raise.peak, limit)) return 'not_past_limit';
  return rule.timing.onDelayMs > 0 ? 'shorter_than_on_delay' : 'not_met';
}

function mergedReason({ now, would }: ComparedRules): Reason {
  if (now === null) return 'part_of_earlier';
  const isLonger = would.timing.offDelayMs > now.timing.offDelayMs;
  const isWider = deadbandOf(would.timing) !== deadbandOf(now.timing);
  if (isLonger === isWider) return 'part_of_earlier';
  return isLonger ? 'within_off_delay' : 'inside_deadband';
}

const deadbandOf = ({ deadband, deadbandPercent }: ConditionTiming) => deadband ?? `${deadbandPercent} %`;
const isPast = (side: Side, value: number, limit: number) => (side === 'high' ? value > limit : value < limit);
