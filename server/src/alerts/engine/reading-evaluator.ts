// The hot path: compares stored readings with the limits, and does more only where a value is near one.

import { METRICS } from '@gonsters/contract';
import { EMPTY_COLUMNS } from '../../readings/reading-columns.ts';
import {
  type ConditionState,
  type ConditionTiming,
  evaluateReading,
  isClear,
  QUIET,
  QUIET_SIDE,
  SIDES,
  type Side,
  type SideState,
  severityOfValue,
  type Transition,
} from '../rules/condition.ts';
import { type Excursion, hasEndBeenSeen, type MetricHistory, removeExcursion } from '../rules/excursion.ts';
import { MIN_LIVE_WINDOW_MS } from '../rules/live-window.ts';
import { type ArrivedReadings, storedReadings } from './arrived-readings.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';

/** A live reading goes on with what history left past its limit where it follows within so many of its gaps. */
const GAPS_TO_PRESENT = 3;

/** What the evaluation finds; called synchronously, in order. */
export interface EvaluationSink {
  /**
   * `before` still has the figures of a condition that has just cleared. `alertId` is of the silent alert that has become
   * live, null where there was none.
   */
  changed(
    watch: MachineAlarmState,
    metricIndex: number,
    before: ConditionState,
    transitions: readonly Transition[],
    alertId: string | null,
  ): void;
  /** What must survive a restart has moved. */
  moved(watch: MachineAlarmState, metricIndex: number): void;
  /** The live window of a machine has changed. */
  windowMoved(watch: MachineAlarmState): void;
  /** The newest reading of a machine whose `attention` was set. */
  attended(watch: MachineAlarmState, countedMs: number, isLive: boolean): void;
  /** A value past a limit that is out of order or history. */
  pastInHistory(watch: MachineAlarmState, metricIndex: number, side: Side, timestampMs: number, value: number): void;
  /** A value that clears a limit, where there are excursions that it may end. */
  insideInHistory(watch: MachineAlarmState, metricIndex: number, side: Side, timestampMs: number): void;
}

export interface EvaluationRules {
  watchOf(machineId: string): MachineAlarmState | undefined;
  /** Grows when limits or timing may have changed. */
  readonly version: number;
  readonly timing: ConditionTiming;
  refresh(watch: MachineAlarmState): void;
}

export class ReadingEvaluator {
  readonly #rules: EvaluationRules;
  readonly #sink: EvaluationSink;
  readonly #rows: (MachineAlarmState | undefined)[] = [];
  #batch = 0;
  #readings: ArrivedReadings = storedReadings(EMPTY_COLUMNS, 0);
  /** The rows in the order of time; null where they stand in it. */
  #order: number[] | null = null;
  #next = 0;

  constructor(rules: EvaluationRules, sink: EvaluationSink) {
    this.#rules = rules;
    this.#sink = sink;
  }

  /** Rows of one machine may stand in any order within a batch: they are evaluated in the order of time. */
  begin(readings: ArrivedReadings): void {
    this.#readings = readings;
    this.#next = 0;
    this.#order = null;
    if (this.#resolve(readings)) return;
    const { countedMs, timestampsMs } = readings;
    this.#order = Array.from({ length: readings.length }, (_, i) => i);
    this.#order.sort(
      (a, b) =>
        (countedMs[a] as number) - (countedMs[b] as number) ||
        (timestampsMs[a] as number) - (timestampsMs[b] as number),
    );
  }

  /** Goes on with the batch, at least by one row, while `hasTime`. @returns whether it is done */
  goOn(hasTime: () => boolean): boolean {
    const { length } = this.#readings;
    while (this.#next < length) {
      const row = this.#next++;
      this.#evaluateRow(this.#readings, this.#order === null ? row : (this.#order[row] as number));
      if (!hasTime()) break;
    }
    return this.#next === length;
  }

  /** Finds the watch of every row; true where each machine's rows ascend already, and with their own times the counted ones. */
  #resolve(readings: ArrivedReadings): boolean {
    const rows = this.#rows;
    const batch = ++this.#batch;
    let ascending = true;
    let lastId = '';
    let watch: MachineAlarmState | undefined;
    for (let i = 0; i < readings.length; i++) {
      const id = readings.machineIds[i] as string;
      if (id !== lastId) {
        lastId = id;
        watch = this.#rules.watchOf(id);
      }
      rows[i] = watch;
      if (watch === undefined) continue;
      const timestampMs = readings.timestampsMs[i] as number;
      if (watch.batch !== batch) {
        watch.batch = batch;
        if (readings.isArrival && watch.liveWindow.arrived(readings.arrivedMs)) this.#sink.windowMoved(watch);
      } else if (timestampMs < watch.batchMs) ascending = false;
      watch.batchMs = timestampMs;
    }
    return ascending;
  }

  #evaluateRow(readings: ArrivedReadings, row: number): void {
    const watch = this.#rows[row];
    if (watch === undefined || watch.isGone) return;
    if (watch.limitsVersion !== this.#rules.version) this.#rules.refresh(watch);
    const ownMs = readings.timestampsMs[row] as number;
    const countedMs = readings.countedMs[row] as number;
    const nowMs = readings.arrivedMs;
    const behindMs = nowMs - ownMs;
    const isLive = behindMs <= MIN_LIVE_WINDOW_MS || behindMs <= watch.liveWindow.ms;
    for (let m = 0; m < METRICS.length; m++) {
      const value = (readings.values[m] as Float64Array)[row] as number;
      if (Number.isNaN(value)) continue;
      if (ownMs === watch.ownMs[m]) this.#correct(watch, m, value);
      else if (isInOrder(watch, m, countedMs, nowMs)) {
        if ((watch.countedMs[m] as number) > nowMs) rebase(watch, m, countedMs);
        if (!isLive) this.#followHistory(watch, m, ownMs, value, readings.isArrival);
        else if (watch.histories[m] === null) {
          watch.countedMs[m] = countedMs;
          watch.ownMs[m] = ownMs;
          watch.newestValues[m] = value;
          if (value > (watch.upper[m] as number) || value < (watch.lower[m] as number) || watch.states[m] !== QUIET) {
            this.#step(watch, m, countedMs, value, null);
          }
        } else this.#followLive(watch, m, ownMs, countedMs, value);
      } else {
        watch.historyOf(m);
        this.#record(watch, m, countedMs, value);
      }
    }
    // A time past now was counted before the server's clock was set back.
    if (countedMs >= watch.newestMs || watch.newestMs > nowMs) {
      watch.newestMs = countedMs;
      if (watch.attention) this.#sink.attended(watch, countedMs, isLive);
    }
  }

  /** A live reading in order of a metric that had others. */
  #followLive(watch: MachineAlarmState, m: number, ownMs: number, countedMs: number, value: number): void {
    const continued = this.#reachPresent(watch, m, countedMs, value);
    watch.countedMs[m] = countedMs;
    watch.ownMs[m] = ownMs;
    watch.newestValues[m] = value;
    if (!watch.isWithin(m, value) || watch.states[m] !== QUIET) this.#step(watch, m, countedMs, value, continued);
  }

  /**
   * The first live reading after history: it shows how an excursion ended, or goes on with it, unless too much is missing
   * between them.
   */
  #reachPresent(watch: MachineAlarmState, m: number, countedMs: number, value: number): Excursion | null {
    const history = watch.histories[m] as MetricHistory;
    const limits = watch.limits[m];
    if (history.spacingMs < 0 || limits === undefined) return null;
    const lastMs = watch.countedMs[m] as number;
    const isNear = countedMs - lastMs <= Math.max(watch.liveWindow.ms, GAPS_TO_PRESENT * history.spacingMs);
    history.spacingMs = -1;
    if (!isNear) return null;
    const { offDelayMs } = this.#rules.timing;
    for (const side of SIDES) {
      const state = watch.states[m] as ConditionState;
      if (state[side].active !== null) continue;
      if (severityOfValue(side, value, limits) === null) {
        this.#noteInside(watch, m, side, countedMs, value);
        continue;
      }
      const last = history.excursions[side].at(-1);
      if (last === undefined || last.toMs > countedMs || hasEndBeenSeen(last, offDelayMs)) continue;
      removeExcursion(history, last);
      const { readingCount, peakValue } = last;
      const pending: SideState = { ...QUIET_SIDE, pastSinceMs: last.fromMs, readingCount, peakValue };
      watch.states[m] = { ...state, [side]: pending };
      this.#sink.moved(watch, m);
      return last;
    }
    return null;
  }

  /** In order, but too far behind now to sound: the live alert of the metric may clear by it, and nothing is raised. */
  #followHistory(watch: MachineAlarmState, m: number, timestampMs: number, value: number, isArrival: boolean): void {
    // Every machine's newest reading is evaluated at a start: what is inside its limits there needs no history.
    if (watch.histories[m] !== null || isArrival || !watch.isWithin(m, value)) measureSpacing(watch, m, timestampMs);
    watch.countedMs[m] = timestampMs;
    watch.ownMs[m] = timestampMs;
    watch.newestValues[m] = value;
    if (watch.states[m] !== QUIET) this.#stepInHistory(watch, m, timestampMs, value);
    this.#record(watch, m, timestampMs, value);
  }

  /** The same moment again: the same value changes nothing, another one replaces it. */
  #correct(watch: MachineAlarmState, m: number, value: number): void {
    if (value === watch.newestValues[m]) return;
    watch.newestValues[m] = value;
    const countedMs = watch.countedMs[m] as number;
    const history = watch.histories[m];
    if (history && history.spacingMs >= 0) this.#record(watch, m, countedMs, value);
    else this.#step(watch, m, countedMs, value, null);
  }

  /** Out of order or history: it belongs to an excursion of the history, or shows the end of one. */
  #record(watch: MachineAlarmState, m: number, timestampMs: number, value: number): void {
    const limits = watch.limits[m];
    if (limits === undefined) return;
    if (watch.histories[m] === null && watch.isWithin(m, value)) return;
    const isNewest = timestampMs === watch.countedMs[m];
    for (const side of SIDES) {
      if (severityOfValue(side, value, limits) === null) this.#noteInside(watch, m, side, timestampMs, value);
      // In order, it belongs to the alert that is active.
      else if (!isNewest || (watch.states[m] as ConditionState)[side].active === null) {
        this.#sink.pastInHistory(watch, m, side, timestampMs, value);
      }
    }
  }

  /** Within the deadband nothing is over yet. */
  #noteInside(watch: MachineAlarmState, m: number, side: Side, timestampMs: number, value: number): void {
    const limits = watch.limits[m];
    const history = watch.histories[m];
    if (limits === undefined || !history || !isClear(side, value, limits, this.#rules.timing)) return;
    if (history.excursions[side].length === 0) history.insideMs[side] = timestampMs;
    else this.#sink.insideInHistory(watch, m, side, timestampMs);
  }

  #step(watch: MachineAlarmState, m: number, timestampMs: number, value: number, continued: Excursion | null): void {
    const limits = watch.limits[m];
    if (limits === undefined) return;
    const before = watch.states[m] as ConditionState;
    const { state, transitions } = evaluateReading(before, timestampMs, value, limits, this.#rules.timing);
    if (state === before) return;
    this.#become(watch, m, before, state);
    if (transitions.length === 0) return;
    const told =
      continued === null
        ? transitions
        : transitions.map((each) => (each.change === 'raised' ? { ...each, timestampMs: continued.fromMs } : each));
    this.#sink.changed(watch, m, before, told, continued?.alertId ?? null);
  }

  /** Of what is active, counts and clears; of what waits for its on-delay, makes an excursion of the history. */
  #stepInHistory(watch: MachineAlarmState, m: number, timestampMs: number, value: number): void {
    const limits = watch.limits[m];
    if (limits === undefined) return;
    const before = watch.states[m] as ConditionState;
    const { state, transitions } = evaluateReading(before, timestampMs, value, limits, this.#rules.timing);
    const sides = { high: QUIET_SIDE, low: QUIET_SIDE };
    for (const side of SIDES) {
      const { active, pastSinceMs, peakValue, criticalSinceMs } = before[side];
      const after = state[side];
      if (active === null && pastSinceMs !== null) {
        this.#sink.pastInHistory(watch, m, side, pastSinceMs, peakValue as number);
      } else if (active !== null) {
        // It escalates with the next live reading, if it still has to.
        const escalates = after.active !== null && after.active !== active;
        sides[side] = escalates ? { ...after, active, criticalSinceMs: criticalSinceMs ?? timestampMs } : after;
      }
    }
    this.#become(watch, m, before, sides);
    const cleared = transitions.filter((each) => each.change === 'cleared');
    if (cleared.length > 0) this.#sink.changed(watch, m, before, cleared, null);
  }

  #become(watch: MachineAlarmState, m: number, before: ConditionState, state: ConditionState): void {
    watch.states[m] = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
    if (hasMoved(before, state)) this.#sink.moved(watch, m);
  }
}

/** How far the readings of a row of history lie apart at most. */
function measureSpacing(watch: MachineAlarmState, m: number, timestampMs: number): void {
  const history = watch.historyOf(m);
  const isFirst = history.spacingMs < 0;
  history.spacingMs = isFirst ? 0 : Math.max(history.spacingMs, timestampMs - (watch.countedMs[m] as number));
}

/**
 * Whether a reading is newer than the last one of its metric. Two count at the same time only where the clock of a device is
 * ahead: then the one that arrives later is the newer one.
 */
function isInOrder(watch: MachineAlarmState, m: number, countedMs: number, nowMs: number): boolean {
  const lastMs = watch.countedMs[m] as number;
  // What was counted past now came before the server's clock was set back.
  return countedMs >= lastMs || lastMs > nowMs;
}

/** The server's clock was set back: delays that have begun, begin now at the latest. */
function rebase(watch: MachineAlarmState, m: number, countedMs: number): void {
  const state = watch.states[m] as ConditionState;
  if (state === QUIET) return;
  const earlier = (sinceMs: number | null) => (sinceMs === null ? null : Math.min(sinceMs, countedMs));
  const side = (of: SideState): SideState =>
    of === QUIET_SIDE
      ? of
      : {
          ...of,
          pastSinceMs: earlier(of.pastSinceMs),
          criticalSinceMs: earlier(of.criticalSinceMs),
          insideSinceMs: earlier(of.insideSinceMs),
        };
  watch.states[m] = { high: side(state.high), low: side(state.low) };
}

/** Whether more than figures differ. */
function hasMoved(before: ConditionState, after: ConditionState): boolean {
  for (const side of SIDES) {
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
