// Evaluates readings against the limits: each value is live, history or out of order (decision 61), and the condition of its
// metric follows from that. Values of quiet metrics within their limits take the shortest path.

import { suppressionBy } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { BAD, EMPTY_BATCH } from '../../readings/reading-batch.ts';
import { evaluateValue, QUIET, rebaseDelays } from '../rules/condition.ts';
import type { Excursion } from '../rules/excursion.ts';
import { MIN_LIVE_WINDOW_MS } from '../rules/live-window.ts';
import { type ArrivedReadings, storedReadings } from './arrived-readings.ts';
import type { BadQualityAlerts } from './bad-quality-alerts.ts';
import type { ConditionEvaluator } from './condition-evaluator.ts';
import type { ConditionLoader } from './condition-loader.ts';
import type { BatchEvaluator } from './evaluation-queue.ts';
import type { HistoryEvaluator } from './history-evaluator.ts';
import type { LateDataAlerts } from './late-data-alerts.ts';
import type { MachineAlarmState, MetricAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';
import type { MetricAlerts } from './metric-alerts.ts';
import type { StaleAlerts } from './stale-alerts.ts';

/** Metrics of a machine whose limits are looked up in the time of one step. */
const METRICS_PER_STEP = 16;

export class ReadingEvaluator implements BatchEvaluator {
  readonly #states: MachineAlarmStates;
  readonly #metricAlerts: MetricAlerts;
  readonly #history: HistoryEvaluator;
  readonly #lateDataAlerts: LateDataAlerts;
  readonly #badQualityAlerts: BadQualityAlerts;
  readonly #staleAlerts: StaleAlerts;
  readonly #conditions: ConditionEvaluator;
  readonly #loader: ConditionLoader;
  readonly #clock: Clock;
  readonly #sendIntervals: { msOf(machineId: string): number } | null;
  readonly #machines: (MachineAlarmState | undefined)[] = [];
  #batchNumber = 0;
  #readings: ArrivedReadings = storedReadings(EMPTY_BATCH, 0);
  /** Rows in the order of time; null if the batch is in this order already. */
  #order: number[] | null = null;
  #nextRow = 0;
  #steps = 0;

  constructor(deps: {
    states: MachineAlarmStates;
    metricAlerts: MetricAlerts;
    history: HistoryEvaluator;
    lateDataAlerts: LateDataAlerts;
    badQualityAlerts: BadQualityAlerts;
    staleAlerts: StaleAlerts;
    conditions: ConditionEvaluator;
    loader: ConditionLoader;
    clock: Clock;
    /** How often machines send, as profiles of gateways state it, in ms; 0 where none does. */
    sendIntervals?: { msOf(machineId: string): number };
  }) {
    this.#states = deps.states;
    this.#metricAlerts = deps.metricAlerts;
    this.#history = deps.history;
    this.#lateDataAlerts = deps.lateDataAlerts;
    this.#badQualityAlerts = deps.badQualityAlerts;
    this.#staleAlerts = deps.staleAlerts;
    this.#conditions = deps.conditions;
    this.#loader = deps.loader;
    this.#clock = deps.clock;
    this.#sendIntervals = deps.sendIntervals ?? null;
  }

  /** Rows of one machine may be in any order within a batch; they are evaluated in the order of time. */
  startBatch(readings: ArrivedReadings): void {
    this.#states.refresh();
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
        if (this.#sendIntervals !== null) machine.liveWindow.state(this.#sendIntervals.msOf(id));
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
    const isLive = readings.isHistory !== true && (behindMs <= MIN_LIVE_WINDOW_MS || behindMs <= machine.liveWindow.ms);
    if (machine.conditions !== null) this.#conditions.beforeRow(machine, machine.conditions, readings, row, isLive);
    const { starts, metrics, values, qualities } = readings;
    const end = starts[row + 1] as number;
    const known = machine.metrics;
    let place = 0;
    for (let k = starts[row] as number; k < end; k++) {
      const index = metrics[k] as number;
      // A device sends its metrics in the same order each time, so that they are nearly always found at the next place.
      let metric = known[place];
      if (metric === undefined || metric.index !== index) metric = machine.metric(index);
      place = metric.place + 1;
      const value = values[k] as number;
      if (qualities[k] === BAD) this.#evaluateBad(metric, timestampMs, effectiveMs, nowMs, value, isLive);
      else if (timestampMs === metric.timestampMs) this.#correctNewest(metric, value);
      else if (metric.isInOrder(effectiveMs, nowMs)) {
        if (metric.effectiveMs > nowMs) metric.condition = rebaseDelays(metric.condition, effectiveMs);
        if (metric.bad !== null) this.#badQualityAlerts.end(metric, effectiveMs);
        if (!isLive) {
          if (metric.conditions !== null) this.#conditions.addValue(metric, effectiveMs, value, false);
          if (this.#history.evaluateInOrder(metric, timestampMs, value, readings.isArrival)) this.#steps++;
        } else if (metric.history === null) {
          metric.setNewest(timestampMs, effectiveMs, value);
          if (value > metric.upper || value < metric.lower || metric.condition !== QUIET) {
            this.#evaluateLive(metric, effectiveMs, value, null);
          }
        } else this.#evaluateLiveAfterHistory(metric, timestampMs, effectiveMs, value);
      } else {
        if (metric.conditions !== null) this.#conditions.addOutOfOrder(metric, effectiveMs, value);
        this.#history.recordOutOfOrder(metric, effectiveMs, value);
      }
    }
    // A time in the future was recorded before the server's clock was set back.
    if (effectiveMs >= machine.lastHeardMs || machine.lastHeardMs > nowMs) {
      machine.lastHeardMs = effectiveMs;
      if (machine.mayRecover) this.#recover(machine, effectiveMs, isLive);
      if (machine.conditions !== null) this.#conditions.afterRow(machine.conditions, effectiveMs, readings, isLive);
    }
  }

  /** A reading clears the stale alert of its machine. A live one also ends the suppression of a machine that is in operation again. */
  #recover(machine: MachineAlarmState, effectiveMs: number, isLive: boolean): void {
    const isOnline = this.#staleAlerts.machineHeard(machine, effectiveMs, this.#clock.nowMs());
    if (!isLive) return;
    machine.mayRecover = !isOnline;
    if (suppressionBy(machine.entry.record.status) === null) this.#metricAlerts.unsuppress(machine, effectiveMs);
  }

  #reloadLimits(machine: MachineAlarmState): void {
    this.#steps += 1 + Math.floor(machine.metrics.length / METRICS_PER_STEP);
    this.#loader.reload(machine);
    this.#states.reloadLimits(machine);
    this.#metricAlerts.updateClearingValues(machine);
  }

  /**
   * A bad value is the newest value of its metric like any other, and changes no other condition: it is not compared with
   * limits. In the history, or out of order, it has no effect.
   */
  #evaluateBad(
    metric: MetricAlarmState,
    timestampMs: number,
    effectiveMs: number,
    nowMs: number,
    value: number,
    isLive: boolean,
  ): void {
    if (timestampMs !== metric.timestampMs) {
      if (!metric.isInOrder(effectiveMs, nowMs)) return;
      if (metric.effectiveMs > nowMs) metric.condition = rebaseDelays(metric.condition, effectiveMs);
    }
    metric.setNewest(timestampMs, effectiveMs, Number.NaN);
    if (metric.conditions !== null) this.#conditions.addBad(metric);
    if (isLive) this.#badQualityAlerts.extend(metric, nowMs, value);
  }

  /** A live reading in order of a metric that has a history. */
  #evaluateLiveAfterHistory(metric: MetricAlarmState, timestampMs: number, effectiveMs: number, value: number): void {
    const continued = this.#history.continueExcursion(metric, effectiveMs, value);
    metric.setNewest(timestampMs, effectiveMs, value);
    if (!metric.isWithin(value) || metric.condition !== QUIET) {
      this.#evaluateLive(metric, effectiveMs, value, continued);
    }
  }

  /** The timestamp of the newest reading again: the same value changes nothing, another one replaces it. */
  #correctNewest(metric: MetricAlarmState, value: number): void {
    if (value === metric.newestValue) return;
    metric.newestValue = value;
    const { effectiveMs, history } = metric;
    if (metric.bad !== null) this.#badQualityAlerts.end(metric, effectiveMs);
    if (history !== null && history.spacingMs >= 0) {
      if (metric.conditions !== null) this.#conditions.addValue(metric, effectiveMs, value, false);
      this.#history.recordValue(metric, effectiveMs, value);
    } else this.#evaluateLive(metric, effectiveMs, value, null);
  }

  #evaluateLive(metric: MetricAlarmState, timestampMs: number, value: number, continued: Excursion | null): void {
    if (metric.conditions !== null) this.#conditions.addValue(metric, timestampMs, value, true);
    const { limits, condition: before } = metric;
    if (limits === null) return;
    if (metric.level !== null && !this.#conditions.isLevelOpen(metric, timestampMs)) {
      this.#conditions.endLevel(metric, timestampMs);
      return;
    }
    const { state, transitions } = evaluateValue(before, timestampMs, value, limits, this.#states.timingOf(metric));
    if (state === before) return;
    this.#states.setCondition(metric, state);
    if (transitions.length === 0) return;
    const dated =
      continued === null
        ? transitions
        : transitions.map((each) => (each.change === 'raised' ? { ...each, timestampMs: continued.fromMs } : each));
    this.#steps++;
    this.#metricAlerts.applyTransitions(metric, before, dated, continued?.alertId ?? null);
  }
}
