// The hot path: compares stored readings with the limits, and does more only where a value is near one.

import { METRICS } from '@gonsters/contract';
import { EMPTY_COLUMNS, type ReadingColumns } from '../readings/reading-columns.ts';
import {
  type ConditionState,
  type ConditionTiming,
  evaluateReading,
  QUIET,
  QUIET_SIDE,
  type Side,
  severityOfValue,
  type Transition,
} from './condition.ts';
import type { MachineWatch } from './machine-watch.ts';

/** What the evaluation finds; called synchronously, in order. */
export interface EvaluationSink {
  /** `before` still has the figures of a condition that has just cleared. */
  changed(watch: MachineWatch, metricIndex: number, before: ConditionState, transitions: readonly Transition[]): void;
  /** What must survive a restart has moved. */
  moved(watch: MachineWatch, metricIndex: number): void;
  /** A reading of a machine whose `attention` was set. */
  attended(watch: MachineWatch, timestampMs: number): void;
  /** A value past a limit that is older than the machine's newest reading. */
  late(watch: MachineWatch, metricIndex: number, side: Side, timestampMs: number, value: number): void;
}

export interface EvaluationRules {
  watchOf(machineId: string): MachineWatch | undefined;
  /** Grows when limits or timing may have changed. */
  readonly version: number;
  readonly timing: ConditionTiming;
  /** No reading can be of a later moment: one that is was stored while the clock was ahead. */
  readonly latestPossibleMs: number;
  refresh(watch: MachineWatch): void;
}

export class ReadingEvaluator {
  readonly #rules: EvaluationRules;
  readonly #sink: EvaluationSink;
  readonly #rows: (MachineWatch | undefined)[] = [];
  #batch = 0;
  #stored: ReadingColumns = EMPTY_COLUMNS;
  /** The rows in the order of time; null where they stand in it. */
  #order: number[] | null = null;
  #next = 0;

  constructor(rules: EvaluationRules, sink: EvaluationSink) {
    this.#rules = rules;
    this.#sink = sink;
  }

  /** Rows of one machine may stand in any order within a batch: they are evaluated in the order of time. */
  begin(stored: ReadingColumns): void {
    this.#stored = stored;
    this.#next = 0;
    this.#order = null;
    if (this.#resolve(stored)) return;
    const times = stored.timestampsMs;
    this.#order = Array.from({ length: stored.length }, (_, i) => i);
    this.#order.sort((a, b) => (times[a] as number) - (times[b] as number));
  }

  /** Goes on with the batch, at least by one row, while `hasTime`. @returns whether it is done */
  goOn(hasTime: () => boolean): boolean {
    const { length } = this.#stored;
    while (this.#next < length) {
      const row = this.#next++;
      this.#evaluateRow(this.#stored, this.#order === null ? row : (this.#order[row] as number));
      if (!hasTime()) break;
    }
    return this.#next === length;
  }

  /** Finds the watch of every row; true where each machine's rows ascend already. */
  #resolve(stored: ReadingColumns): boolean {
    const rows = this.#rows;
    const batch = ++this.#batch;
    let ascending = true;
    let lastId = '';
    let watch: MachineWatch | undefined;
    for (let i = 0; i < stored.length; i++) {
      const id = stored.machineIds[i] as string;
      if (id !== lastId) {
        lastId = id;
        watch = this.#rules.watchOf(id);
      }
      rows[i] = watch;
      if (watch === undefined) continue;
      const timestampMs = stored.timestampsMs[i] as number;
      if (watch.batch !== batch) watch.batch = batch;
      else if (timestampMs < watch.batchMs) ascending = false;
      watch.batchMs = timestampMs;
    }
    return ascending;
  }

  #evaluateRow(stored: ReadingColumns, row: number): void {
    const watch = this.#rows[row];
    if (watch === undefined || watch.isGone) return;
    const timestampMs = stored.timestampsMs[row] as number;
    if (watch.limitsVersion !== this.#rules.version) this.#rules.refresh(watch);
    if (timestampMs > watch.newestMs) {
      watch.newestMs = timestampMs;
      for (let m = 0; m < METRICS.length; m++) {
        const value = (stored.values[m] as Float64Array)[row] as number;
        watch.newestValues[m] = value;
        if (value > (watch.upper[m] as number) || value < (watch.lower[m] as number) || watch.states[m] !== QUIET) {
          this.#step(watch, m, timestampMs, value);
        }
      }
      if (watch.attention) this.#sink.attended(watch, timestampMs);
    } else if (timestampMs === watch.newestMs) {
      this.#correct(watch, stored, row);
    } else if (watch.newestMs > this.#rules.latestPossibleMs) {
      // The clock has been set back: else everything up to that moment would count as late, and raise no alarm.
      watch.newestMs = Number.NEGATIVE_INFINITY;
      this.#evaluateRow(stored, row);
    } else {
      this.#noteLate(watch, stored, row);
    }
  }

  /** The newest reading again: the same values change nothing, others replace those before, metric by metric. */
  #correct(watch: MachineWatch, stored: ReadingColumns, row: number): void {
    for (let m = 0; m < METRICS.length; m++) {
      const value = (stored.values[m] as Float64Array)[row] as number;
      if (Number.isNaN(value) || value === watch.newestValues[m]) continue;
      watch.newestValues[m] = value;
      this.#step(watch, m, watch.newestMs, value);
    }
  }

  #noteLate(watch: MachineWatch, stored: ReadingColumns, row: number): void {
    for (let m = 0; m < METRICS.length; m++) {
      const value = (stored.values[m] as Float64Array)[row] as number;
      const limits = watch.limits[m];
      if (limits === undefined || !(value > (watch.upper[m] as number) || value < (watch.lower[m] as number))) continue;
      const side = severityOfValue('high', value, limits) === null ? 'low' : 'high';
      this.#sink.late(watch, m, side, stored.timestampsMs[row] as number, value);
    }
  }

  #step(watch: MachineWatch, m: number, timestampMs: number, value: number): void {
    const limits = watch.limits[m];
    // A metric that was not measured says nothing about its condition.
    if (limits === undefined || Number.isNaN(value)) return;
    const before = watch.states[m] as ConditionState;
    const { state, transitions } = evaluateReading(before, timestampMs, value, limits, this.#rules.timing);
    if (state === before) return;
    watch.states[m] = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
    if (hasMoved(before, state)) this.#sink.moved(watch, m);
    if (transitions.length > 0) this.#sink.changed(watch, m, before, transitions);
  }
}

/** Whether more than figures differ. */
function hasMoved(before: ConditionState, after: ConditionState): boolean {
  for (const side of ['high', 'low'] as const) {
    const a = before[side];
    const b = after[side];
    if (
      a.active !== b.active ||
      a.pastSinceMs !== b.pastSinceMs ||
      a.criticalSinceMs !== b.criticalSinceMs ||
      a.insideSinceMs !== b.insideSinceMs
    ) {
      return true;
    }
  }
  return false;
}
