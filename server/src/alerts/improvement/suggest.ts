// Finds the smallest change that quietens a limit without finding a true excursion too late (decision 96).

import type { LimitKind, NoSuggestionReason, Suggestion } from '@gonsters/contract';
import type { MonotonicClock } from '../../clock.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { RaiseRecorder, type RecordedRaise } from '../backtest/raise-recorder.ts';
import { inTurns, readColumns } from '../backtest/read-columns.ts';
import { RuleRun } from '../backtest/rule-run.ts';
import { detect, ExcursionObserver, type LevelTried, type TrueExcursion } from '../backtest/true-excursions.ts';
import { criticalLimit, limitKindOf, outerLimit, type Side, warningLimit } from '../rules/condition.ts';
import type { LevelRule } from '../rules/condition-rule.ts';
import { type CandidateInput, candidatesOf, deadbandOf, widest } from './candidates.ts';
import { NearLimitValues } from './near-limit-values.ts';
import { noSuggestion } from './no-suggestion.ts';

const REMOVED_SHARE = 0.8;
/** Fewer raises say nothing of what would remove them. */
const MIN_RAISES = 5;

export interface SuggestInput {
  readonly machineId: string;
  /** See `metric-index.ts`. */
  readonly metric: number;
  /** The limit that was passed; the one that is passed first is changed. */
  readonly kind: LimitKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly inForce: LevelTried;
  readonly respondMs: number;
}
export interface SuggestDeps {
  readonly readings: Pick<ReadingStore, 'export'>;
  readonly monotonic: MonotonicClock;
  readonly signal: AbortSignal;
}
export interface Suggested {
  readonly suggestion: Suggestion | null;
  /** Why there is none. */
  readonly reason: NoSuggestionReason | null;
}

export async function suggest(input: SuggestInput, deps: SuggestDeps): Promise<Suggested> {
  const { inForce, respondMs } = input;
  if (inForce.gate !== null) return noSuggestion('tied_to_state');
  const side: Side = input.kind === 'high' || input.kind === 'high_high' ? 'high' : 'low';
  const rule = onlySide(inForce.rule, side);
  const limit = outerLimit(side, rule.limits);
  if (limit === null) return noSuggestion('no_limit');
  const isWarning = warningLimit(side, rule.limits) === limit;
  const kind = limitKindOf(side, isWarning ? 'warning' : 'critical');
  const beyond = isWarning ? criticalLimit(side, rule.limits) : null;
  const candidateInput: CandidateInput = { rule, side, kind, limit, beyond, respondMs };
  const { near, readings } = await read(input, side, candidateInput, deps);
  if (readings === 0) return noSuggestion('no_readings');
  const columns = near.columns();
  const runIn = async (runs: readonly RuleRun[]) => {
    const apply = (start: number, end: number) => {
      for (const run of runs) run.apply(columns, start, end);
    };
    await inTurns(columns.timestampsMs.length, apply, deps);
    for (const run of runs) run.finish(near.lastMs, near.lastMs);
  };
  const now = new RuleRun({ rule, gate: null }, new RaiseRecorder());
  const observer = new ExcursionObserver({ rule, gate: null }, now);
  await runIn([now, ...observer.runs]);
  const before = now.recorder.count;
  if (before < MIN_RAISES) return noSuggestion('few_raises', before);
  const excursions = observer.find(near.lastMs, respondMs);
  const judged = { before, excursions, now: now.recorder.raises, respondMs };
  for (const candidate of candidatesOf(candidateInput)) {
    const run = new RuleRun({ rule: candidate.rule, gate: null }, new RaiseRecorder());
    await runIn([run]);
    const latestMs = acceptedDelay(run.recorder, judged);
    if (latestMs === null) continue;
    const { timing } = rule;
    return {
      reason: null,
      suggestion: {
        limit_kind: kind,
        changes: candidate.changes,
        current: {
          limit,
          deadband: Number(deadbandOf(rule, limit).toPrecision(6)),
          on_delay_seconds: timing.onDelayMs / 1000,
          off_delay_seconds: timing.offDelayMs / 1000,
        },
        before,
        after: run.recorder.count,
        removed_share: 1 - run.recorder.count / before,
        true_excursions: excursions.length,
        latest_seconds: Math.max(0, latestMs) / 1000,
        allowed_seconds: respondMs / 1000,
        readings: near.isCut ? near.length : readings,
      },
    };
  }
  return noSuggestion(excursions.length === 0 ? 'no_change' : 'no_change_in_time', before, excursions.length);
}

/** The values near the limit, and how many were read. */
async function read(
  { machineId, metric, fromMs, toMs }: SuggestInput,
  side: Side,
  input: CandidateInput,
  deps: SuggestDeps,
): Promise<{ near: NearLimitValues; readings: number }> {
  const { deadband, offDelayMs } = widest(input);
  const near = new NearLimitValues(side, input.limit - (side === 'high' ? 1 : -1) * deadband, offDelayMs);
  let readings = 0;
  for await (const { length, timestampsMs, columns } of readColumns(deps.readings, {
    machineId,
    fromMs,
    toMs,
    metrics: [metric],
  })) {
    const [column] = columns;
    if (column === undefined) continue;
    const { values, qualities } = column;
    await inTurns(length, (start, end) => near.add(timestampsMs, values, qualities, start, end), deps);
    readings += length;
  }
  deps.signal.throwIfAborted();
  return { near, readings };
}

interface Judged {
  readonly before: number;
  readonly excursions: readonly TrueExcursion[];
  readonly now: readonly RecordedRaise[];
  readonly respondMs: number;
}

/** By how much it delays the detection of a true excursion at most, ms; null for a change that is not good enough. */
function acceptedDelay(would: RaiseRecorder, { before, excursions, now, respondMs }: Judged): number | null {
  if (would.isTruncated || would.count > before * (1 - REMOVED_SHARE)) return null;
  const { found, latestMs } = detect(excursions, now, would.raises);
  if (found < excursions.length) return null;
  const delayMs = latestMs ?? 0;
  return delayMs <= respondMs ? delayMs : null;
}

/** The limits of one side; the sides are independent of each other. */
function onlySide(rule: LevelRule, side: Side): LevelRule {
  const { low_low, low, high, high_high } = rule.limits;
  const limits =
    side === 'high' ? { low_low: null, low: null, high, high_high } : { low_low, low, high: null, high_high: null };
  return { ...rule, limits };
}
