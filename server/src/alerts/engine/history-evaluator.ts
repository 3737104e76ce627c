// Evaluates readings that are history or out of order. They raise nothing: values past a limit form excursions, which become
// closed, silent alerts, or one live alert if they last until the present.

import {
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
import { openSince } from './active-condition.ts';
import type { LateDataAlerts } from './late-data-alerts.ts';
import type { MetricAlarmState } from './machine-alarm-state.ts';
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
  evaluateInOrder(metric: MetricAlarmState, timestampMs: number, value: number, isArrival: boolean): boolean {
    // The newest reading of every machine is evaluated at a start; a value within its limits needs no history then.
    if (metric.history !== null || isArrival || !metric.isWithin(value)) measureSpacing(metric, timestampMs);
    metric.setNewest(timestampMs, timestampMs, value);
    const hasCleared = metric.condition !== QUIET && this.#evaluateConditions(metric, timestampMs, value);
    this.recordValue(metric, timestampMs, value);
    return hasCleared;
  }

  /** A reading that is older than the newest one of its metric. */
  recordOutOfOrder(metric: MetricAlarmState, timestampMs: number, value: number): void {
    metric.ensureHistory();
    this.recordValue(metric, timestampMs, value);
  }

  /** Out of order or history: the value belongs to an excursion of the history, or shows the end of one. */
  recordValue(metric: MetricAlarmState, timestampMs: number, value: number): void {
    const { limits } = metric;
    if (limits === null) return;
    if (metric.history === null && metric.isWithin(value)) return;
    // The state that the limits are tied to was another one at that time.
    if (metric.level !== null && timestampMs < openSince(metric.level.gate, timestampMs)) return;
    const isNewest = timestampMs === metric.effectiveMs;
    for (const side of SIDES) {
      if (severityOfValue(side, value, limits) === null) this.#recordInside(metric, side, timestampMs, value);
      // A value in order belongs to the active alert if there is one.
      else if (!isNewest || metric.condition[side].active === null) {
        this.#lateDataAlerts.addPast(metric, side, timestampMs, value);
      }
    }
  }

  /**
   * The first live reading after history either shows that the last excursion ended or continues it, unless the gap between
   * them is too long.
   *
   * @returns the excursion that continues
   */
  continueExcursion(metric: MetricAlarmState, effectiveMs: number, value: number): Excursion | null {
    const history = metric.history as MetricHistory;
    const { limits } = metric;
    if (history.spacingMs < 0 || limits === null) return null;
    const liveWindowMs = metric.machine.liveWindow.ms;
    const isNear = effectiveMs - metric.effectiveMs <= Math.max(liveWindowMs, GAPS_TO_PRESENT * history.spacingMs);
    history.spacingMs = -1;
    if (!isNear) return null;
    const { offDelayMs } = this.#states.timingOf(metric);
    for (const side of SIDES) {
      const state = metric.condition;
      if (state[side].active !== null) continue;
      if (severityOfValue(side, value, limits) === null) {
        this.#recordInside(metric, side, effectiveMs, value);
        continue;
      }
      const last = history.excursions[side].at(-1);
      if (last === undefined || last.toMs > effectiveMs || hasEndBeenSeen(last, offDelayMs)) continue;
      removeExcursion(history, last);
      const { readingCount, peakValue } = last;
      const pending: SideState = { ...QUIET_SIDE, pastSinceMs: last.fromMs, readingCount, peakValue };
      metric.condition = { ...state, [side]: pending };
      this.#states.save(metric);
      return last;
    }
    return null;
  }

  /** Active conditions count the reading and may clear. A condition that waits for its on-delay becomes an excursion. */
  #evaluateConditions(metric: MetricAlarmState, timestampMs: number, value: number): boolean {
    const { limits, condition: before } = metric;
    if (limits === null) return false;
    const { state, transitions } = evaluateValue(before, timestampMs, value, limits, this.#states.timingOf(metric));
    const sides = { high: QUIET_SIDE, low: QUIET_SIDE };
    for (const side of SIDES) {
      const { active, pastSinceMs, peakValue, criticalSinceMs } = before[side];
      const after = state[side];
      if (active === null && pastSinceMs !== null) {
        this.#lateDataAlerts.addPast(metric, side, pastSinceMs, peakValue as number);
      } else if (active !== null) {
        // Only a live reading escalates it.
        const escalates = after.active !== null && after.active !== active;
        sides[side] = escalates ? { ...after, active, criticalSinceMs: criticalSinceMs ?? timestampMs } : after;
      }
    }
    this.#states.setCondition(metric, sides);
    const cleared = transitions.filter((each) => each.change === 'cleared');
    if (cleared.length > 0) this.#metricAlerts.applyTransitions(metric, before, cleared, null);
    return cleared.length > 0;
  }

  /** A value within the deadband does not end an excursion. */
  #recordInside(metric: MetricAlarmState, side: Side, timestampMs: number, value: number): void {
    const { limits, history } = metric;
    if (limits === null || history === null || !isClear(side, value, limits, this.#states.timingOf(metric))) return;
    if (history.excursions[side].length === 0) history.insideMs[side] = timestampMs;
    else this.#lateDataAlerts.addInside(metric, side, timestampMs);
  }
}

/** Updates the longest gap between consecutive readings that are history. */
function measureSpacing(metric: MetricAlarmState, timestampMs: number): void {
  const history = metric.ensureHistory();
  const isFirst = history.spacingMs < 0;
  history.spacingMs = isFirst ? 0 : Math.max(history.spacingMs, timestampMs - metric.effectiveMs);
}
