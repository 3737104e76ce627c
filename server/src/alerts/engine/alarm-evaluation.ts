// Watches every machine: feeds readings to their evaluation and everything that it finds to the alerts.

import { randomUUID } from 'node:crypto';
import { METRICS } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { addReadings } from '../../readings/latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from '../../readings/reading-columns.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import { presentPlace } from '../alert-view.ts';
import { closedAlert, conditionKey, isActive, movedAlert, sideOf, suppressedAlert } from '../rules/alert-lifecycle.ts';
import { type ConditionTiming, QUIET, type Side } from '../rules/condition.ts';
import { MIN_LIVE_WINDOW_MS } from '../rules/live-window.ts';
import type { AlertRecord, AlertRepository, EvaluationRecord } from '../store/alert-repository.ts';
import type { AlertWriter } from '../store/alert-writer.ts';
import { evaluationRecord, liveWindowRecord, restoreAlarmState } from '../store/evaluation-state.ts';
import type { AlertChanges } from './alert-changes.ts';
import { type ArrivedReadings, arrivedReadings, storedReadings } from './arrived-readings.ts';
import { EvaluationQueue } from './evaluation-queue.ts';
import { LateDataAlerts, type Place } from './late-data-alerts.ts';
import { MachineAlarmState } from './machine-alarm-state.ts';
import { MetricAlerts } from './metric-alerts.ts';
import { ReadingEvaluator } from './reading-evaluator.ts';
import { StaleAlerts } from './stale-alerts.ts';

interface WatchkeeperParts {
  repository: AlertRepository;
  machines: MachineService;
  settings: SettingsService;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  queue: AlertWriter;
  ledger: AlertChanges;
}

export class AlarmEvaluation {
  readonly #parts: WatchkeeperParts;
  readonly #watches = new Map<string, MachineAlarmState>();
  readonly #evaluation: EvaluationQueue;
  readonly #metricAlerts: MetricAlerts;
  readonly #late: LateDataAlerts;
  #silence: StaleAlerts | null = null;
  #timing: ConditionTiming = { deadbandPercent: 0, onDelayMs: 0, offDelayMs: 0 };
  #timeoutSeconds = 0;
  #version = 0;
  #lateRun: Promise<void> | null = null;
  #isStopping = false;

  constructor(parts: WatchkeeperParts) {
    this.#parts = parts;
    this.#metricAlerts = new MetricAlerts(parts.ledger, randomUUID, () => this.#timing.deadbandPercent);
    this.#late = new LateDataAlerts(parts.repository, randomUUID);
    const keeper = this;
    const evaluator = new ReadingEvaluator(
      {
        get version() {
          return keeper.#version;
        },
        get timing() {
          return keeper.#timing;
        },
        watchOf: (machineId) => this.#watchOf(machineId),
        refresh: (watch) => {
          this.#evaluation.step();
          watch.takeLimits(parts.machines.effectiveLimits(watch.machineId), this.#version);
          this.#metricAlerts.limitsChanged(watch);
        },
      },
      {
        changed: (watch, m, before, transitions, alertId) => {
          this.#evaluation.step();
          for (const transition of transitions) this.#metricAlerts.apply(watch, m, before, transition, alertId);
        },
        moved: (watch, metricIndex) => this.#noteEvaluation({ watch, metricIndex }),
        windowMoved: (watch) => {
          parts.queue.noteEvaluation(`${watch.machineId} connection`, () => liveWindowRecord(watch));
        },
        attended: (watch, countedMs, isLive) => this.#attend(watch, countedMs, isLive),
        pastInHistory: (watch, metricIndex, side, timestampMs, value) => {
          const place = { watch, metricIndex };
          const nowMs = parts.clock.nowMs();
          const isNews = this.#late.past(place, side, timestampMs, value, this.#timing, nowMs);
          if (isNews) this.#noteEvaluation(place);
        },
        insideInHistory: (watch, metricIndex, side, timestampMs) => {
          const place = { watch, metricIndex };
          const isNews = this.#late.inside(place, side, timestampMs, this.#timing, parts.clock.nowMs());
          if (isNews) this.#noteEvaluation(place);
        },
      },
    );
    this.#evaluation = new EvaluationQueue(
      {
        begin: (batch) => evaluator.begin(batch),
        goOn: (hasTime) => evaluator.goOn(hasTime),
        end: () => {
          if (this.#late.waiting > 0) this.#recordLate();
        },
      },
      parts.log,
    );
  }

  /** Takes up every machine where it stood. `observedSinceMs`: silence counts from then at the earliest. */
  start(evaluations: readonly EvaluationRecord[], observedSinceMs: number): void {
    const { clock, ledger, machines } = this.#parts;
    this.rulesChanged();
    this.#silence = new StaleAlerts({ ...this.#parts, makeId: randomUUID, startedAtMs: observedSinceMs });
    const stored = new Map<string, EvaluationRecord[]>();
    for (const record of evaluations) stored.set(record.machineId, [...(stored.get(record.machineId) ?? []), record]);
    for (const entry of machines.entries()) {
      const watch = new MachineAlarmState(entry);
      restoreAlarmState(watch, stored.get(entry.record.id) ?? [], (key) => ledger.open.byKey(key), clock.nowMs());
      this.#watches.set(entry.record.id, watch);
      this.#late.restore(watch);
      this.#followAlertsOf(watch);
    }
    for (const alert of [...ledger.open.all()]) this.#followConnection(alert);
    this.#closeOrphans();
  }

  /** Evaluates the newest value of each metric, unless it was before, and looks who is silent. */
  async evaluateNewest(): Promise<void> {
    const newest = new ColumnsBuilder();
    for (const entry of this.#parts.machines.entries()) addReadings(newest, entry.record.id, entry);
    this.#evaluation.evaluate(this.#notEvaluated(storedReadings(newest.finish(), this.#parts.clock.nowMs()), false));
    if (!this.isIdle) await this.evaluated();
    this.#look();
  }

  /** Time of the machine's newest evaluated reading, whatever it measured; -Infinity before the first. */
  newestEvaluated(machineId: string): number {
    return Math.max(...this.#evaluatedTimes(machineId));
  }

  /**
   * Up to when all that may still be live of a machine has been evaluated: one metric may be further ahead than another.
   * -Infinity where nothing was evaluated.
   */
  evaluatedUpTo(machineId: string): number {
    const times = this.#evaluatedTimes(machineId);
    const liveWindowMs = this.#watches.get(machineId)?.liveWindow.ms ?? MIN_LIVE_WINDOW_MS;
    return Math.max(Math.min(...times), Math.max(...times) - liveWindowMs);
  }

  /**
   * From the store: only what is newer than what was evaluated of its machine and metric. The rest has been, or is too late
   * to be told apart. While nothing of these machines waits to be evaluated.
   */
  evaluateNewer(stored: ReadingColumns): void {
    this.#evaluation.evaluate(this.#notEvaluated(storedReadings(stored, this.#parts.clock.nowMs()), false));
  }

  /** What waited for readings from the store to be evaluated, some of which it may have been among. */
  evaluateHeld(held: ArrivedReadings): void {
    this.#evaluation.evaluate(this.#notEvaluated(held, true));
  }

  /** What arrives. In order; at once where that does not take long. */
  evaluate(stored: ReadingColumns): void {
    this.evaluateArrived(arrivedReadings(stored, this.#parts.clock.nowMs()));
  }

  /** What arrived before. */
  evaluateArrived(readings: ArrivedReadings): void {
    this.#evaluation.evaluate(readings);
  }

  /** Nothing waits to be evaluated. */
  get isIdle(): boolean {
    return this.#evaluation.isIdle;
  }

  /** Resolves when nothing waits any more to be evaluated. */
  evaluated(): Promise<void> {
    return this.#evaluation.done();
  }

  /** What waits to be evaluated is left to another watch. */
  abandon(): void {
    this.#evaluation.abandon();
  }

  /** What is due by the clock. */
  tick(): void {
    this.#look();
    const nowMs = this.#parts.clock.nowMs();
    this.#metricAlerts.storeFigures(nowMs);
    this.#late.forget(nowMs);
    if (this.#late.waiting > 0) this.#recordLate();
  }

  /** What is not in the history of alerts by now is stored with the state of its evaluation, and goes there later. */
  stop(): void {
    this.#isStopping = true;
    for (const place of this.#late.waitingPlaces()) this.#noteEvaluation(place);
  }

  async settled(): Promise<void> {
    await this.evaluated();
    while (this.#lateRun !== null) await this.#lateRun;
  }

  /** Limits and timing are read again with each machine's next reading. */
  rulesChanged(): void {
    const { settings } = this.#parts;
    this.#version++;
    this.#timeoutSeconds = settings.number('inactivity_timeout') ?? Number.POSITIVE_INFINITY;
    this.#timing = {
      deadbandPercent: settings.number('alert_deadband_percent') ?? 0,
      onDelayMs: (settings.number('alert_on_delay_seconds') ?? 0) * 1000,
      offDelayMs: (settings.number('alert_off_delay_seconds') ?? 0) * 1000,
    };
  }

  /** Its description changed: another sensor type has other limits, and maintenance silences by design. */
  machineChanged(machineId: string): void {
    const watch = this.#watches.get(machineId);
    if (watch === undefined) return;
    watch.limitsVersion = -1;
    watch.attention = true;
    const { ledger, clock, machines } = this.#parts;
    for (const alert of ledger.open.ofMachine(machineId)) {
      const place = presentPlace(alert, machines);
      if (place.machineName === alert.machineName && place.location === alert.location) continue;
      ledger.change(movedAlert(this.withFigures(alert), place, clock.nowMs()), null);
    }
    if (watch.entry.record.status !== 'maintenance') return;
    for (const alert of ledger.open.ofMachine(machineId)) {
      if (alert.metric === 'connection' || !isActive(alert) || alert.state === 'suppressed') continue;
      ledger.change(suppressedAlert(this.withFigures(alert), clock.nowMs()), null);
    }
  }

  /** Its alerts close: nothing can end them otherwise. */
  machineDeleted(machineId: string): void {
    const { ledger, clock } = this.#parts;
    const watch = this.#watches.get(machineId);
    if (watch !== undefined) watch.isGone = true;
    this.#watches.delete(machineId);
    this.#silence?.forget(machineId, clock.nowMs());
    for (const alert of ledger.open.ofMachine(machineId)) {
      if (alert.machineId !== machineId) continue;
      this.#metricAlerts.forget(alert);
      ledger.change(closedAlert(alert, clock.nowMs()), null);
    }
  }

  withFigures(alert: AlertRecord): AlertRecord {
    return this.#metricAlerts.current(alert);
  }

  #watchOf(machineId: string): MachineAlarmState | undefined {
    const known = this.#watches.get(machineId);
    if (known !== undefined) return known;
    const entry = this.#parts.machines.get(machineId);
    if (entry === undefined) return undefined;
    const watch = new MachineAlarmState(entry);
    this.#watches.set(machineId, watch);
    return watch;
  }

  #followAlertsOf(watch: MachineAlarmState): void {
    for (let m = 0; m < METRICS.length; m++) {
      const metric = METRICS[m] as (typeof METRICS)[number];
      if (watch.states[m] === QUIET) continue;
      for (const side of ['high', 'low'] satisfies Side[]) {
        const alert = this.#parts.ledger.open.byKey(conditionKey(watch.machineId, metric.name, side));
        if (alert !== undefined && isActive(alert)) this.#metricAlerts.follow(alert, watch, m, side);
      }
    }
  }

  /** A machine may have been deleted while the server was down: then its alert has nothing left to follow. */
  #followConnection(alert: AlertRecord): void {
    if (sideOf(alert.limitKind) !== 'stale') return;
    this.#silence?.follow(alert);
    for (const machineId of alert.machineIds) {
      if (!this.#watches.has(machineId)) this.#silence?.forget(machineId, this.#parts.clock.nowMs());
    }
  }

  #closeOrphans(): void {
    const { ledger, clock } = this.#parts;
    for (const alert of [...ledger.open.all()]) {
      if (alert.machineId === null || this.#watches.has(alert.machineId)) continue;
      ledger.change(closedAlert(alert, clock.nowMs()), null);
    }
  }

  #look(): void {
    this.#silence?.look(this.#watches, this.#parts.clock.nowMs(), this.#timeoutSeconds);
  }

  #attend(watch: MachineAlarmState, countedMs: number, isLive: boolean): void {
    const nowMs = this.#parts.clock.nowMs();
    const isHeard = this.#silence?.heard(watch, countedMs, nowMs, this.#timeoutSeconds) === true;
    if (!isLive) return;
    watch.attention = !isHeard;
    if (watch.entry.record.status !== 'maintenance') this.#metricAlerts.unsuppress(watch, countedMs);
  }

  #noteEvaluation({ watch, metricIndex }: Place): void {
    const { name } = METRICS[metricIndex] as (typeof METRICS)[number];
    const read = () => evaluationRecord(watch, metricIndex);
    this.#parts.queue.noteEvaluation(`${watch.machineId} ${name}`, read);
  }

  /** Own times of the newest evaluated reading of each metric that was evaluated; -Infinity alone where none was. */
  #evaluatedTimes(machineId: string): number[] {
    const times = Array.from(this.#watches.get(machineId)?.ownMs ?? []).filter((ownMs) => !Number.isNaN(ownMs));
    return times.length === 0 ? [Number.NEGATIVE_INFINITY] : times;
  }

  /** Without the values that are not newer than the newest evaluated one of their metric; history may stay in any case. */
  #notEvaluated(readings: ArrivedReadings, keepsHistory: boolean): ArrivedReadings {
    const { arrivedMs, isArrival } = readings;
    const kept = new ColumnsBuilder();
    for (let row = 0; row < readings.length; row++) {
      const machineId = readings.machineIds[row] as string;
      const timestampMs = readings.timestampsMs[row] as number;
      const watch = this.#watches.get(machineId);
      const isHistory = watch !== undefined && arrivedMs - timestampMs > watch.liveWindow.ms;
      const values = readings.values.map((column, m) => {
        const isEvaluated = timestampMs <= (watch?.ownMs[m] ?? Number.NaN);
        return isEvaluated && !(keepsHistory && isHistory) ? Number.NaN : (column[row] as number);
      });
      if (values.some((value) => !Number.isNaN(value))) kept.add(machineId, timestampMs, values);
    }
    return { ...storedReadings(kept.finish(), arrivedMs), isArrival };
  }

  #recordLate(): void {
    if (this.#lateRun !== null || !this.#late.isDue(this.#parts.clock.nowMs())) return;
    this.#lateRun = this.#workOffLate().then((done) => {
      this.#lateRun = null;
      if (done && !this.#isStopping) this.#recordLate();
    });
  }

  /** False where the store did not answer: the next tick tries again. */
  async #workOffLate(): Promise<boolean> {
    const { clock, queue, ledger, log } = this.#parts;
    const dropped = this.#late.takeDropped();
    if (dropped > 0) log.warn({ dropped }, 'Too many late excursions at once: some are missing in the alert history');
    while (this.#late.isDue(clock.nowMs()) && !this.#isStopping) {
      // What the same readings raised live must be stored before they can be recognised.
      await queue.settled();
      try {
        const open = (key: string) => ledger.open.byKey(key);
        await this.#late.settle(clock.nowMs(), this.#timing, open, (alert, place) => {
          ledger.change(alert, null);
          this.#noteEvaluation(place);
        });
      } catch (error) {
        log.error({ err: error, waiting: this.#late.waiting }, 'Late excursions were not looked up');
        return false;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }
}
