// Evaluates readings against the limits: each row is live, history or out of order (decision 61), and the condition of each
// metric follows from that. Values of quiet metrics within their limits take the shortest path.

import { METRICS } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { EMPTY_COLUMNS } from '../../readings/reading-columns.ts';
import { type ConditionState, evaluateValue, QUIET, rebaseDelays } from '../rules/condition.ts';
import type { Excursion } from '../rules/excursion.ts';
import { MIN_LIVE_WINDOW_MS } from '../rules/live-window.ts';
import { type ArrivedReadings, storedReadings } from './arrived-readings.ts';
import type { BatchEvaluator } from './evaluation-queue.ts';
import type { HistoryEvaluator } from './history-evaluator.ts';
import type { LateDataAlerts } from './late-data-alerts.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';
import type { MetricAlerts } from './metric-alerts.ts';
import type { StaleAlerts } from './stale-alerts.ts';

export class ReadingEvaluator implements BatchEvaluator {
  readonly #states: MachineAlarmStates;
  readonly #metricAlerts: MetricAlerts;
  readonly #history: HistoryEvaluator;
  readonly #lateDataAlerts: LateDataAlerts;
  readonly #staleAlerts: StaleAlerts;
  readonly #clock: Clock;
  readonly #machines: (MachineAlarmState | undefined)[] = [];
  #batchNumber = 0;
  #readings: ArrivedReadings = storedReadings(EMPTY_COLUMNS, 0);
  /** Rows in the order of time; null if the batch is in this order already. */
  #order: number[] | null = null;
  #nextRow = 0;
  #steps = 0;

  constructor(deps: {
    states: MachineAlarmStates;
    metricAlerts: MetricAlerts;
    history: HistoryEvaluator;
    lateDataAlerts: LateDataAlerts;
    staleAlerts: StaleAlerts;
    clock: Clock;
  }) {
    this.#states = deps.states;
    this.#metricAlerts = deps.metricAlerts;
    this.#history = deps.history;
    this.#lateDataAlerts = deps.lateDataAlerts;
    this.#staleAlerts = deps.staleAlerts;
    this.#clock = deps.clock;
  }

  /** Rows of one machine may be in any order within a batch; they are evaluated in the order of time. */
  startBatch(readings: ArrivedReadings): void {
    this.#readings = readings;
    this.#nextRow = 0;
    this.#order = null;
    if (this.#resolveMachines(readings)) return;
    const { effectiveMs, timestampsMs } = readings;
    this.#order = Array.from({ length: readings.length }, (_, i) => i);
    this.#order.sort(
      (a, b) =>
        (effectiveMs[a] as number) - (effectiveMs[b] as number) ||
        (timestampsMs[a] as number) - (timestampsMs[b] as number),
    );
  }

  continueBatch(maxSteps: number): number {
    const { length } = this.#readings;
    this.#steps = 0;
    while (this.#nextRow < length) {
      const row = this.#nextRow++;
      this.#evaluateRow(this.#readings, this.#order === null ? row : (this.#order[row] as number));
      if (this.#steps >= maxSteps) break;
    }
    if (this.isBatchDone) this.#lateDataAlerts.recordDue();
    return this.#steps;
  }

  get isBatchDone(): boolean {
    return this.#nextRow === this.#readings.length;
  }

  /** Finds the machine of every row. @returns whether each machine's rows are in the order of time */
  #resolveMachines(readings: ArrivedReadings): boolean {
    const machines = this.#machines;
    const batch = ++this.#batchNumber;
    let ascending = true;
    let lastId = '';
    let machine: MachineAlarmState | undefined;
    for (let i = 0; i < readings.length; i++) {
      const id = readings.machineIds[i] as string;
      if (id !== lastId) {
        lastId = id;
        machine = this.#states.getOrCreate(id);
      }
      machines[i] = machine;
      if (machine === undefined) continue;
      const timestampMs = readings.timestampsMs[i] as number;
      if (machine.batch !== batch) {
        machine.batch = batch;
        if (readings.isArrival && machine.liveWindow.recordArrival(readings.arrivedMs))
          this.#states.saveLiveWindow(machine);
      } else if (timestampMs < machine.batchMs) ascending = false;
      machine.batchMs = timestampMs;
    }
    return ascending;
  }

  #evaluateRow(readings: ArrivedReadings, row: number): void {
    const machine = this.#machines[row];
    if (machine === undefined || machine.isDeleted) return;
    if (machine.limitsVersion !== this.#states.version) this.#reloadLimits(machine);
    const timestampMs = readings.timestampsMs[row] as number;
    const effectiveMs = readings.effectiveMs[row] as number;
    const nowMs = readings.arrivedMs;
    const behindMs = nowMs - timestampMs;
    const isLive = behindMs <= MIN_LIVE_WINDOW_MS || behindMs <= machine.liveWindow.ms;
    for (let m = 0; m < METRICS.length; m++) {
      const value = (readings.values[m] as Float64Array)[row] as number;
      if (Number.isNaN(value)) continue;
      if (timestampMs === machine.timestampMs[m]) this.#correctNewest(machine, m, value);
      else if (machine.isInOrder(m, effectiveMs, nowMs)) {
        if ((machine.effectiveMs[m] as number) > nowMs) {
          machine.conditions[m] = rebaseDelays(machine.conditions[m] as ConditionState, effectiveMs);
        }
        if (!isLive) {
          if (this.#history.evaluateInOrder(machine, m, timestampMs, value, readings.isArrival)) this.#steps++;
        } else if (machine.histories[m] === null) {
          machine.setNewest(m, timestampMs, effectiveMs, value);
          if (
            value > (machine.upper[m] as number) ||
            value < (machine.lower[m] as number) ||
            machine.conditions[m] !== QUIET
          ) {
            this.#evaluateLive(machine, m, effectiveMs, value, null);
          }
        } else this.#evaluateLiveAfterHistory(machine, m, timestampMs, effectiveMs, value);
      } else this.#history.recordOutOfOrder(machine, m, effectiveMs, value);
    }
    // A time in the future was recorded before the server's clock was set back.
    if (effectiveMs >= machine.lastHeardMs || machine.lastHeardMs > nowMs) {
      machine.lastHeardMs = effectiveMs;
      if (machine.mayRecover) this.#recover(machine, effectiveMs, isLive);
    }
  }

  /** A reading clears the stale alert of its machine. A live one also ends the suppression after maintenance. */
  #recover(machine: MachineAlarmState, effectiveMs: number, isLive: boolean): void {
    const isOnline = this.#staleAlerts.machineHeard(machine, effectiveMs, this.#clock.nowMs());
    if (!isLive) return;
    machine.mayRecover = !isOnline;
    if (machine.entry.record.status !== 'maintenance') this.#metricAlerts.unsuppress(machine, effectiveMs);
  }

  #reloadLimits(machine: MachineAlarmState): void {
    this.#steps++;
    this.#states.reloadLimits(machine);
    this.#metricAlerts.updateClearingValues(machine);
  }

  /** A live reading in order of a metric that has a history. */
  #evaluateLiveAfterHistory(
    machine: MachineAlarmState,
    m: number,
    timestampMs: number,
    effectiveMs: number,
    value: number,
  ): void {
    const continued = this.#history.continueExcursion(machine, m, effectiveMs, value);
    machine.setNewest(m, timestampMs, effectiveMs, value);
    if (!machine.isWithin(m, value) || machine.conditions[m] !== QUIET) {
      this.#evaluateLive(machine, m, effectiveMs, value, continued);
    }
  }

  /** The timestamp of the newest reading again: the same value changes nothing, another one replaces it. */
  #correctNewest(machine: MachineAlarmState, m: number, value: number): void {
    if (value === machine.newestValues[m]) return;
    machine.newestValues[m] = value;
    const effectiveMs = machine.effectiveMs[m] as number;
    const history = machine.histories[m];
    if (history && history.spacingMs >= 0) this.#history.recordValue(machine, m, effectiveMs, value);
    else this.#evaluateLive(machine, m, effectiveMs, value, null);
  }

  #evaluateLive(
    machine: MachineAlarmState,
    m: number,
    timestampMs: number,
    value: number,
    continued: Excursion | null,
  ): void {
    const limits = machine.limits[m];
    if (limits === undefined) return;
    const before = machine.conditions[m] as ConditionState;
    const { state, transitions } = evaluateValue(before, timestampMs, value, limits, this.#states.timing);
    if (state === before) return;
    this.#states.setCondition(machine, m, state);
    if (transitions.length === 0) return;
    const dated =
      continued === null
        ? transitions
        : transitions.map((each) => (each.change === 'raised' ? { ...each, timestampMs: continued.fromMs } : each));
    this.#steps++;
    this.#metricAlerts.applyTransitions({ machine, metricIndex: m }, before, dated, continued?.alertId ?? null);
  }
}
