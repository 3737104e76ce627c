// Applies the rules of live alerts to stored values of one series, see `rules/evaluate-condition.ts`.

import { BAD } from '../../readings/reading-batch.ts';
import type { Transition } from '../rules/condition.ts';
import { outerLimit, QUIET, QUIET_SIDE, type Side } from '../rules/condition.ts';
import { type GateRule, newGateState, noteGate, openSinceMs } from '../rules/condition-gate.ts';
import type { ConditionRule } from '../rules/condition-rule.ts';
import {
  advanceCondition,
  type EvaluationContext,
  evaluateCondition,
  interruptCondition,
  newRuleState,
} from '../rules/evaluate-condition.ts';
import type { RaiseRecorder } from './raise-recorder.ts';

/** Columns of one series in the order of time. A value that was not measured is NaN. */
export interface SeriesColumns {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
  /** Of the metrics that gates ask for, by their numbers. */
  readonly gates: ReadonlyMap<number, { readonly values: Float64Array; readonly qualities: Uint8Array }>;
}

/** A condition with the state that it is tied to. */
export interface TriedRule {
  readonly rule: ConditionRule;
  /** null: it always counts. */
  readonly gate: { readonly metric: number; readonly rule: GateRule } | null;
}

const ALWAYS_MS = Number.NEGATIVE_INFINITY;

export class RuleRun {
  readonly recorder: RaiseRecorder;
  readonly #tried: TriedRule;
  /** Values from `#lower` to `#upper` of a quiet condition change nothing. */
  readonly #lower: number;
  readonly #upper: number;
  readonly #state = newRuleState();
  readonly #gate = newGateState();
  #heardMs = ALWAYS_MS;

  constructor(tried: TriedRule, recorder: RaiseRecorder) {
    this.#tried = tried;
    this.recorder = recorder;
    const { rule, gate } = tried;
    const hasShortPath = rule.kind === 'level' && gate === null;
    this.#lower = hasShortPath ? (outerLimit('low', rule.limits) ?? Number.NEGATIVE_INFINITY) : Number.NaN;
    this.#upper = hasShortPath ? (outerLimit('high', rule.limits) ?? Number.POSITIVE_INFINITY) : Number.NaN;
  }

  /** The values from `start` (included) to `end` (excluded). */
  apply(columns: SeriesColumns, start: number, end: number): void {
    const { timestampsMs, values, qualities } = columns;
    const { rule, gate } = this.#tried;
    const gateColumn = gate === null ? undefined : columns.gates.get(gate.metric);
    const state = this.#state;
    const lower = this.#lower;
    const upper = this.#upper;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (state.condition === QUIET && value <= upper && value >= lower) continue;
      const atMs = timestampsMs[i] as number;
      if (gateColumn !== undefined) {
        const code = gateColumn.values[i] as number;
        if (!Number.isNaN(code) && gateColumn.qualities[i] !== BAD) noteGate(this.#gate, atMs, code);
      }
      if (qualities[i] === BAD) interruptCondition(rule, state);
      else if (!Number.isNaN(value)) this.#evaluate(atMs, value);
      this.#heardMs = atMs;
    }
  }

  /** Time passes until `endMs` without a further value. What is active then is counted up to the last one. */
  finish(lastMs: number, endMs: number): void {
    const { rule } = this.#tried;
    const before = this.#state.condition;
    this.#record(advanceCondition(rule, this.#state, endMs, this.#context(endMs)), before);
    this.recorder.finish(lastMs, (side) => this.#figuresOf(side, this.#state.condition));
  }

  #evaluate(atMs: number, value: number): void {
    const state = this.#state;
    const before = state.condition;
    const transitions = evaluateCondition(this.#tried.rule, state, atMs, value, this.#context(atMs));
    if (state.condition.high === QUIET_SIDE && state.condition.low === QUIET_SIDE) state.condition = QUIET;
    if (transitions.length > 0) this.#record(transitions, before);
  }

  #context(atMs: number): EvaluationContext {
    const { gate } = this.#tried;
    return {
      openSinceMs: gate === null ? ALWAYS_MS : openSinceMs(gate.rule, this.#gate, atMs),
      heardMs: this.#heardMs,
    };
  }

  #record(transitions: readonly Transition[], before: typeof QUIET): void {
    const { rule } = this.#tried;
    const isLevel = rule.kind === 'level';
    for (const { change, side, severity, limitKind, timestampMs } of transitions) {
      const recorded = isLevel ? side : 'stale';
      if (change === 'raised') this.recorder.raised(recorded, timestampMs, severity, isLevel ? limitKind : 'stale');
      else if (change === 'escalated') this.recorder.escalated(recorded, severity);
      else {
        const { peak, readingCount } = this.#figuresOf(recorded, before);
        this.recorder.cleared(recorded, timestampMs, peak, readingCount);
      }
    }
  }

  /** A lasting condition has no peak. */
  #figuresOf(side: Side | 'stale', condition: typeof QUIET): { peak: number | null; readingCount: number } {
    const { peakValue, readingCount } = condition[side === 'stale' ? 'high' : side];
    const { kind } = this.#tried.rule;
    return { peak: kind === 'level' || kind === 'rate_of_change' ? peakValue : null, readingCount };
  }
}
