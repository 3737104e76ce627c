// The alarm states of all machines that an engine evaluates, and the settings that they are evaluated with.

import { type AlertCatalogue, isSilent, type MetricDefinition } from '../../machines/alert-catalogue.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { BatchBuilder } from '../../readings/reading-batch.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import type { NamedMetric } from '../rules/alert-message.ts';
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
import { MachineAlarmState, type MetricAlarmState } from './machine-alarm-state.ts';

export class MachineAlarmStates {
  readonly #machines: MachineService;
  readonly #catalogue: AlertCatalogue;
  readonly #settings: SettingsService;
  readonly #writer: AlertWriter;
  readonly #states = new Map<string, MachineAlarmState>();
  #timing: ConditionTiming = { deadbandPercent: 0, onDelayMs: 0, offDelayMs: 0 };
  /** Grows when limits or settings may have changed. */
  #version = 0;
  #catalogueVersion = -1;

  constructor(deps: {
    machines: MachineService;
    catalogue: AlertCatalogue;
    settings: SettingsService;
    writer: AlertWriter;
  }) {
    this.#machines = deps.machines;
    this.#catalogue = deps.catalogue;
    this.#settings = deps.settings;
    this.#writer = deps.writer;
  }

  /** Restores the state of every machine as it was stored. */
  load(
    evaluations: readonly EvaluationRecord[],
    openOf: (machineId: string) => readonly AlertRecord[],
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
      restoreAlarmState(machine, stored.get(entry.record.id) ?? [], openOf(entry.record.id), nowMs);
      this.#states.set(entry.record.id, machine);
    }
  }

  /** Of the plant. */
  get timing(): ConditionTiming {
    return this.#timing;
  }

  /** Of the limits of a metric. */
  timingOf({ level }: MetricAlarmState): ConditionTiming {
    return level === null ? this.#timing : level.timing;
  }

  get catalogue(): Pick<AlertCatalogue, 'get'> {
    return this.#catalogue;
  }

  get version(): number {
    return this.#version;
  }

  /** Settings are read at once, the limits of each machine with its next reading. */
  reloadRules(): void {
    const settings = this.#settings;
    this.#version++;
    this.#timing = {
      deadbandPercent: settings.number('alert_deadband_percent') ?? 0,
      onDelayMs: (settings.number('alert_on_delay_seconds') ?? 0) * 1000,
      offDelayMs: (settings.number('alert_off_delay_seconds') ?? 0) * 1000,
    };
  }

  /** Notices changes of the catalogue: the limits of each machine are read again with its next reading. */
  refresh(): void {
    const { version } = this.#catalogue;
    if (version !== this.#catalogueVersion) this.#version++;
    this.#catalogueVersion = version;
  }

  /** As of the last call of `refresh`. */
  get catalogueVersion(): number {
    return this.#catalogueVersion;
  }

  /** What messages say of the metric. */
  definitionOf({ name }: MetricAlarmState): NamedMetric & Pick<MetricDefinition, 'kind' | 'states'> {
    const unknown = { name, label: name, unit: null, display: null, decimals: 2, kind: 'gauge', states: [] } as const;
    return this.#catalogue.get(name) ?? unknown;
  }

  /** Whether the metric has no alerts, see `isSilent`. */
  isSilent(name: string): boolean {
    return isSilent(this.#catalogue.get(name));
  }

  /** Whether bad values of the metric are worth an alert: only those of a metric that somebody has described. */
  isDescribed({ name }: MetricAlarmState): boolean {
    return this.#catalogue.get(name)?.status === 'active';
  }

  reloadLimits(machine: MachineAlarmState): void {
    machine.setLimits(this.#machines.limits.effective(machine.machineId), this.#version);
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
  setCondition(metric: MetricAlarmState, state: ConditionState): void {
    const before = metric.condition;
    metric.condition = state.high === QUIET_SIDE && state.low === QUIET_SIDE ? QUIET : state;
    if (differsBeyondFigures(before, state)) this.save(metric);
  }

  /** Stores the state of a metric with the next change, so that it survives a restart. */
  save(metric: MetricAlarmState): void {
    this.#writer.enqueueEvaluation(metric.machine.machineId, metric.name, () => evaluationRecord(metric));
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
    return this.#select(readings, (isEvaluated, isHistory) => !isEvaluated || (keepsHistory && isHistory));
  }

  /** The values behind the live window that no replay reads. @param fromMs from when a replay reads the readings of a machine */
  lateOf(readings: ArrivedReadings, fromMs: (machineId: string) => number): ArrivedReadings {
    return this.#select(readings, (_, isHistory, row) => {
      return isHistory && (readings.timestampsMs[row] as number) < fromMs(readings.machineIds[row] as string);
    });
  }

  #select(
    readings: ArrivedReadings,
    isKept: (isEvaluated: boolean, isHistory: boolean, row: number) => boolean,
  ): ArrivedReadings {
    const { arrivedMs, isArrival } = readings;
    const remaining = new BatchBuilder(readings.length);
    for (let row = 0; row < readings.length; row++) {
      const machineId = readings.machineIds[row] as string;
      const timestampMs = readings.timestampsMs[row] as number;
      const machine = this.#states.get(machineId);
      const isHistory = machine !== undefined && arrivedMs - timestampMs > machine.liveWindow.ms;
      const end = readings.starts[row + 1] as number;
      for (let k = readings.starts[row] as number; k < end; k++) {
        const metric = readings.metrics[k] as number;
        const isEvaluated = timestampMs <= (machine?.find(metric)?.timestampMs ?? Number.NaN);
        if (!isKept(isEvaluated, isHistory, row)) continue;
        remaining.addValue(metric, readings.values[k] as number, readings.qualities[k] as number);
      }
      if (remaining.openValues > 0) remaining.endReading(machineId, timestampMs);
    }
    return withEffectiveTimes(remaining.finish(), arrivedMs, isArrival);
  }

  /** Timestamps of the newest evaluated reading of each metric; only -Infinity where nothing was evaluated. */
  #evaluatedTimes(machineId: string): number[] {
    const metrics = this.#states.get(machineId)?.metrics ?? [];
    const times = metrics.map(({ timestampMs }) => timestampMs).filter((each) => !Number.isNaN(each));
    return times.length === 0 ? [Number.NEGATIVE_INFINITY] : times;
  }
}
