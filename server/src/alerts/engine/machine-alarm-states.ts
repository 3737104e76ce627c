// The alarm states of all machines that an engine evaluates, and the settings that they are evaluated with.

import { METRICS } from '@gonsters/contract';
import type { MachineService } from '../../machines/machine-service.ts';
import { ColumnsBuilder } from '../../readings/reading-columns.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import {
  type ConditionState,
  type ConditionTiming,
  differsBeyondFigures,
  QUIET,
  QUIET_SIDE,
} from '../rules/condition.ts';
import { MIN_LIVE_WINDOW_MS } from '../rules/live-window.ts';
import type { AlertRecord, EvaluationRecord } from '../store/alert-repository.ts';
import type { AlertWriter } from '../store/alert-writer.ts';
import { evaluationRecord, liveWindowRecord, restoreAlarmState } from '../store/evaluation-state.ts';
import { type ArrivedReadings, withEffectiveTimes } from './arrived-readings.ts';
import { MachineAlarmState, type MetricRef } from './machine-alarm-state.ts';

export class MachineAlarmStates {
  readonly #machines: MachineService;
  readonly #settings: SettingsService;
  readonly #writer: AlertWriter;
  readonly #states = new Map<string, MachineAlarmState>();
  #timing: ConditionTiming = { deadbandPercent: 0, onDelayMs: 0, offDelayMs: 0 };
  #inactivityTimeoutSeconds = Number.POSITIVE_INFINITY;
  /** Grows when limits or settings may have changed. */
  #version = 0;

  constructor(deps: { machines: MachineService; settings: SettingsService; writer: AlertWriter }) {
    this.#machines = deps.machines;
    this.#settings = deps.settings;
    this.#writer = deps.writer;
  }

  /** Restores the state of every machine as it was stored. */
  load(
    evaluations: readonly EvaluationRecord[],
    openByKey: (key: string) => AlertRecord | undefined,
    nowMs: number,
  ): void {
    this.reloadRules();
    const stored = new Map<string, EvaluationRecord[]>();
    for (const record of evaluations) {
      const ofMachine = stored.get(record.machineId);
      if (ofMachine) ofMachine.push(record);
      else stored.set(record.machineId, [record]);
    }
    for (const entry of this.#machines.entries()) {
      const machine = new MachineAlarmState(entry);
      restoreAlarmState(machine, stored.get(entry.record.id) ?? [], openByKey, nowMs);
      this.#states.set(entry.record.id, machine);
    }
  }

  get timing(): ConditionTiming {
    return this.#timing;
  }

  /** Infinity where machines never become stale. */
  get inactivityTimeoutSeconds(): number {
    return this.#inactivityTimeoutSeconds;
  }

  get version(): number {
    return this.#version;
  }

  /** Settings are read at once, the limits of each machine with its next reading. */
  reloadRules(): void {
    const settings = this.#settings;
    this.#version++;
    this.#inactivityTimeoutSeconds = settings.number('inactivity_timeout') ?? Number.POSITIVE_INFINITY;
    this.#timing = {
      deadbandPercent: settings.number('alert_deadband_percent') ?? 0,
      onDelayMs: (settings.number('alert_on_delay_seconds') ?? 0) * 1000,
      offDelayMs: (settings.number('alert_off_delay_seconds') ?? 0) * 1000,
    };
  }

  reloadLimits(machine: MachineAlarmState): void {
    machine.setLimits(this.#machines.effectiveLimits(machine.machineId), this.#version);
  }

  all(): IterableIterator<MachineAlarmState> {
    return this.#states.values();
  }

  get(machineId: string): MachineAlarmState | undefined {
    return this.#states.get(machineId);
  }

  /** Creates the state of a machine that is new; undefined where there is no such machine. */
  getOrCreate(machineId: string): MachineAlarmState | undefined {
    const known = this.#states.get(machineId);
    if (known !== undefined) return known;
    const entry = this.#machines.get(machineId);
    if (entry === undefined) return undefined;
    const machine = new MachineAlarmState(entry);
    this.#states.set(machineId, machine);
    return machine;
  }

  delete(machineId: string): void {
    const machine = this.#states.get(machineId);
    if (machine !== undefined) machine.isDeleted = true;
    this.#states.delete(machineId);
  }

  /** Sets the state of a condition; it is stored if more than its count and peak have changed. */
  setCondition(machine: MachineAlarmState, metricIndex: number, state: ConditionState): void {
    const before = machine.conditions[metricIndex] as ConditionState;
    machine.conditions[metricIndex] = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
    if (differsBeyondFigures(before, state)) this.save({ machine, metricIndex });
  }

  /** Stores the state of a metric with the next change, so that it survives a restart. */
  save({ machine, metricIndex }: MetricRef): void {
    const { name } = METRICS[metricIndex] as (typeof METRICS)[number];
    this.#writer.enqueueEvaluation(machine.machineId, name, () => evaluationRecord(machine, metricIndex));
  }

  saveLiveWindow(machine: MachineAlarmState): void {
    this.#writer.enqueueEvaluation(machine.machineId, 'connection', () => liveWindowRecord(machine));
  }

  /** Timestamp of the machine's newest evaluated reading, whatever it measured; -Infinity before the first. */
  newestEvaluatedMs(machineId: string): number {
    return Math.max(...this.#evaluatedTimes(machineId));
  }

  /**
   * All readings up to this time that could still be live have been evaluated; one metric may be ahead of another.
   * -Infinity where nothing was evaluated.
   */
  evaluatedUpToMs(machineId: string): number {
    const times = this.#evaluatedTimes(machineId);
    const liveWindowMs = this.#states.get(machineId)?.liveWindow.ms ?? MIN_LIVE_WINDOW_MS;
    return Math.max(Math.min(...times), Math.max(...times) - liveWindowMs);
  }

  /**
   * The readings without values that are not newer than the newest evaluated one of their metric: those were evaluated,
   * or cannot be told apart from evaluated ones. `keepsHistory`: values behind the live window stay in any case.
   */
  withoutEvaluated(readings: ArrivedReadings, { keepsHistory }: { keepsHistory: boolean }): ArrivedReadings {
    const { arrivedMs, isArrival } = readings;
    const remaining = new ColumnsBuilder();
    for (let row = 0; row < readings.length; row++) {
      const machineId = readings.machineIds[row] as string;
      const timestampMs = readings.timestampsMs[row] as number;
      const machine = this.#states.get(machineId);
      const isHistory = machine !== undefined && arrivedMs - timestampMs > machine.liveWindow.ms;
      const values = readings.values.map((column, m) => {
        const isEvaluated = timestampMs <= (machine?.timestampMs[m] ?? Number.NaN);
        return isEvaluated && !(keepsHistory && isHistory) ? Number.NaN : (column[row] as number);
      });
      if (values.some((value) => !Number.isNaN(value))) remaining.add(machineId, timestampMs, values);
    }
    return withEffectiveTimes(remaining.finish(), arrivedMs, isArrival);
  }

  /** Timestamps of the newest evaluated reading of each metric; only -Infinity where nothing was evaluated. */
  #evaluatedTimes(machineId: string): number[] {
    const times = Array.from(this.#states.get(machineId)?.timestampMs ?? []).filter((each) => !Number.isNaN(each));
    return times.length === 0 ? [Number.NEGATIVE_INFINITY] : times;
  }
}
