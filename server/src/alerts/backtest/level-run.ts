// Applies the rules of live alerts to stored values of one series, see `rules/condition.ts`.

import type { EffectiveLimits } from '@gonsters/contract';
import { BAD } from '../../readings/reading-batch.ts';
import {
  type ConditionState,
  type ConditionTiming,
  evaluateValue,
  outerLimit,
  QUIET,
  QUIET_SIDE,
  type Side,
} from '../rules/condition.ts';
import type { RaiseRecorder } from './raise-recorder.ts';

/** Columns of one series in the order of time. A value that was not measured is NaN. */
export interface SeriesColumns {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

export interface LevelRules {
  readonly limits: EffectiveLimits;
  readonly timing: ConditionTiming;
}

/** A condition that is applied to the values of one series, in the order of time. */
export interface ConditionRun {
  readonly recorder: RaiseRecorder;
  /** The values from `start` (included) to `end` (excluded). Bad ones change nothing, as live. */
  apply(columns: SeriesColumns, start: number, end: number): void;
  finish(endMs: number): void;
}

export class LevelRun implements ConditionRun {
  readonly recorder: RaiseRecorder;
  readonly #rules: LevelRules;
  readonly #lower: number;
  readonly #upper: number;
  #state: ConditionState = QUIET;

  constructor(rules: LevelRules, recorder: RaiseRecorder) {
    this.#rules = rules;
    this.recorder = recorder;
    this.#lower = outerLimit('low', rules.limits) ?? Number.NEGATIVE_INFINITY;
    this.#upper = outerLimit('high', rules.limits) ?? Number.POSITIVE_INFINITY;
  }

  apply({ timestampsMs, values, qualities }: SeriesColumns, start: number, end: number): void {
    const { limits, timing } = this.#rules;
    const lower = this.#lower;
    const upper = this.#upper;
    let state = this.#state;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      // Within the limits of a quiet metric nothing can change.
      if (state === QUIET && value <= upper && value >= lower) continue;
      if (qualities[i] === BAD || Number.isNaN(value)) continue;
      const before = state;
      const evaluation = evaluateValue(before, timestampsMs[i] as number, value, limits, timing);
      if (evaluation.state === before) continue;
      state = evaluation.state.high === QUIET_SIDE && evaluation.state.low === QUIET_SIDE ? QUIET : evaluation.state;
      for (const { change, side, severity, limitKind, timestampMs } of evaluation.transitions) {
        if (change === 'raised') this.recorder.raised(side, timestampMs, severity, limitKind);
        else if (change === 'escalated') this.recorder.escalated(side, severity);
        else this.recorder.cleared(side, timestampMs, before[side].peakValue, before[side].readingCount);
      }
    }
    this.#state = state;
  }

  finish(endMs: number): void {
    this.recorder.finish(endMs, (side) => {
      const { peakValue: peak, readingCount } = this.#state[side as Side];
      return { peak, readingCount };
    });
  }
}
