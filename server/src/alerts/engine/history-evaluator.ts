// Evaluates readings that are history or out of order. They raise nothing: values past a limit form excursions, which become
// closed, silent alerts, or one live alert if they last until the present.

import {
  type ConditionState,
  evaluateValue,
  isClear,
  QUIET,
  QUIET_SIDE,
  SIDES,
  type Side,
  type SideState,
  severityOfValue,
} from '../rules/condition.ts';
import { type Excursion, hasEndBeenSeen, type MetricHistory, removeExcursion } from '../rules/excursion.ts';
import type { LateDataAlerts } from './late-data-alerts.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';
import type { MetricAlerts } from './metric-alerts.ts';

/** A live reading continues an excursion in the history if it follows within this many of the gaps before it. */
const GAPS_TO_PRESENT = 3;

export class HistoryEvaluator {
  readonly #states: MachineAlarmStates;
  readonly #metricAlerts: MetricAlerts;
  readonly #lateDataAlerts: LateDataAlerts;

  constructor(deps: { states: MachineAlarmStates; metricAlerts: MetricAlerts; lateDataAlerts: LateDataAlerts }) {
    this.#states = deps.states;
    this.#metricAlerts = deps.metricAlerts;
    this.#lateDataAlerts = deps.lateDataAlerts;
  }

  /**
   * A reading in order that is too old to be live: active alerts of the metric may clear, and nothing is raised.
   *
   * @returns whether an alert has cleared
   */
  evaluateInOrder(
    machine: MachineAlarmState,
    m: number,
    timestampMs: number,
    value: number,
    isArrival: boolean,
  ): boolean {
    // The newest reading of every machine is evaluated at a start; a value within its limits needs no history then.
    if (machine.histories[m] !== null || isArrival || !machine.isWithin(m, value))
      measureSpacing(machine, m, timestampMs);
    machine.setNewest(m, timestampMs, timestampMs, value);
    const hasCleared = machine.conditions[m] !== QUIET && this.#evaluateConditions(machine, m, timestampMs, value);
    this.recordValue(machine, m, timestampMs, value);
    return hasCleared;
  }

  /** A reading that is older than the newest one of its metric. */
  recordOutOfOrder(machine: MachineAlarmState, m: number, timestampMs: number, value: number): void {
    machine.historyOf(m);
    this.recordValue(machine, m, timestampMs, value);
  }

  /** Out of order or history: the value belongs to an excursion of the history, or shows the end of one. */
  recordValue(machine: MachineAlarmState, m: number, timestampMs: number, value: number): void {
    const limits = machine.limits[m];
    if (limits === undefined) return;
    if (machine.histories[m] === null && machine.isWithin(m, value)) return;
    const isNewest = timestampMs === machine.effectiveMs[m];
    for (const side of SIDES) {
      if (severityOfValue(side, value, limits) === null) this.#recordInside(machine, m, side, timestampMs, value);
      // A value in order belongs to the active alert if there is one.
      else if (!isNewest || (machine.conditions[m] as ConditionState)[side].active === null) {
        this.#lateDataAlerts.addPast({ machine, metricIndex: m }, side, timestampMs, value);
      }
    }
  }

  /**
   * The first live reading after history either shows that the last excursion ended or continues it, unless the gap between
   * them is too long.
   *
   * @returns the excursion that continues
   */
  continueExcursion(machine: MachineAlarmState, m: number, effectiveMs: number, value: number): Excursion | null {
    const history = machine.histories[m] as MetricHistory;
    const limits = machine.limits[m];
    if (history.spacingMs < 0 || limits === undefined) return null;
    const lastMs = machine.effectiveMs[m] as number;
    const isNear = effectiveMs - lastMs <= Math.max(machine.liveWindow.ms, GAPS_TO_PRESENT * history.spacingMs);
    history.spacingMs = -1;
    if (!isNear) return null;
    const { offDelayMs } = this.#states.timing;
    for (const side of SIDES) {
      const state = machine.conditions[m] as ConditionState;
      if (state[side].active !== null) continue;
      if (severityOfValue(side, value, limits) === null) {
        this.#recordInside(machine, m, side, effectiveMs, value);
        continue;
      }
      const last = history.excursions[side].at(-1);
      if (last === undefined || last.toMs > effectiveMs || hasEndBeenSeen(last, offDelayMs)) continue;
      removeExcursion(history, last);
      const { readingCount, peakValue } = last;
      const pending: SideState = { ...QUIET_SIDE, pastSinceMs: last.fromMs, readingCount, peakValue };
      machine.conditions[m] = { ...state, [side]: pending };
      this.#states.save({ machine, metricIndex: m });
      return last;
    }
    return null;
  }

  /** Active conditions count the reading and may clear. A condition that waits for its on-delay becomes an excursion. */
  #evaluateConditions(machine: MachineAlarmState, m: number, timestampMs: number, value: number): boolean {
    const limits = machine.limits[m];
    if (limits === undefined) return false;
    const before = machine.conditions[m] as ConditionState;
    const { state, transitions } = evaluateValue(before, timestampMs, value, limits, this.#states.timing);
    const sides = { high: QUIET_SIDE, low: QUIET_SIDE };
    for (const side of SIDES) {
      const { active, pastSinceMs, peakValue, criticalSinceMs } = before[side];
      const after = state[side];
      if (active === null && pastSinceMs !== null) {
        this.#lateDataAlerts.addPast({ machine, metricIndex: m }, side, pastSinceMs, peakValue as number);
      } else if (active !== null) {
        // Only a live reading escalates it.
        const escalates = after.active !== null && after.active !== active;
        sides[side] = escalates ? { ...after, active, criticalSinceMs: criticalSinceMs ?? timestampMs } : after;
      }
    }
    this.#states.setCondition(machine, m, sides);
    const cleared = transitions.filter((each) => each.change === 'cleared');
    if (cleared.length > 0) this.#metricAlerts.applyTransitions({ machine, metricIndex: m }, before, cleared, null);
    return cleared.length > 0;
  }

  /** A value within the deadband does not end an excursion. */
  #recordInside(machine: MachineAlarmState, m: number, side: Side, timestampMs: number, value: number): void {
    const limits = machine.limits[m];
    const history = machine.histories[m];
    if (limits === undefined || !history || !isClear(side, value, limits, this.#states.timing)) return;
    if (history.excursions[side].length === 0) history.insideMs[side] = timestampMs;
    else this.#lateDataAlerts.addInside({ machine, metricIndex: m }, side, timestampMs);
  }
}

/** Updates the longest gap between consecutive readings that are history. */
function measureSpacing(machine: MachineAlarmState, m: number, timestampMs: number): void {
  const history = machine.historyOf(m);
  const isFirst = history.spacingMs < 0;
  history.spacingMs = isFirst ? 0 : Math.max(history.spacingMs, timestampMs - (machine.effectiveMs[m] as number));
}
