// Watches every machine: feeds readings to their evaluation and everything that it finds to the alerts.

import { randomUUID } from 'node:crypto';
import { MAX_AHEAD_MS, METRICS } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { Logger } from '../log.ts';
import type { MachineDirectory } from '../machines/machine-directory.ts';
import { eachReading } from '../readings/latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from '../readings/reading-columns.ts';
import type { SettingBook } from '../settings/setting-book.ts';
import type { AlertLedger } from './alert-ledger.ts';
import { closedAlert, conditionKey, isActive, sideOf, suppressedAlert } from './alert-lifecycle.ts';
import type { AlertRecord, AlertRepository, EvaluationRecord } from './alert-repository.ts';
import type { ChangeQueue } from './change-queue.ts';
import { type ConditionTiming, QUIET, type Side } from './condition.ts';
import { evaluationRecord, restoreWatch } from './evaluation-state.ts';
import { LateHistory } from './late-history.ts';
import { MachineWatch } from './machine-watch.ts';
import { MetricAlerts } from './metric-alerts.ts';
import { PacedEvaluation } from './paced-evaluation.ts';
import { ReadingEvaluator } from './reading-evaluator.ts';
import { SilenceAlerts } from './silence-alerts.ts';

interface WatchkeeperParts {
  repository: AlertRepository;
  machines: MachineDirectory;
  settings: SettingBook;
  bus: LiveBus;
  clock: Clock;
  log: Logger;
  queue: ChangeQueue;
  ledger: AlertLedger;
}

export class Watchkeeper {
  readonly #parts: WatchkeeperParts;
  readonly #watches = new Map<string, MachineWatch>();
  readonly #evaluation: PacedEvaluation;
  readonly #metricAlerts: MetricAlerts;
  readonly #late: LateHistory;
  #silence: SilenceAlerts | null = null;
  #timing: ConditionTiming = { deadbandPercent: 0, onDelayMs: 0, offDelayMs: 0 };
  #timeoutSeconds = 0;
  #version = 0;
  #lateRun: Promise<void> | null = null;

  constructor(parts: WatchkeeperParts) {
    this.#parts = parts;
    this.#metricAlerts = new MetricAlerts(parts.ledger, randomUUID);
    this.#late = new LateHistory(parts.repository, randomUUID);
    const keeper = this;
    const evaluator = new ReadingEvaluator(
      {
        get version() {
          return keeper.#version;
        },
        get timing() {
          return keeper.#timing;
        },
        get latestPossibleMs() {
          return parts.clock.nowMs() + MAX_AHEAD_MS;
        },
        watchOf: (machineId) => this.#watchOf(machineId),
        refresh: (watch) => {
          this.#evaluation.step();
          watch.takeLimits(parts.machines.effectiveLimits(watch.machineId), this.#version);
        },
      },
      {
        changed: (watch, m, before, transitions) => {
          this.#evaluation.step();
          for (const transition of transitions) this.#metricAlerts.apply(watch, m, before, transition);
        },
        moved: (watch, m) => {
          const { name } = METRICS[m] as (typeof METRICS)[number];
          parts.queue.noteEvaluation(`${watch.machineId} ${name}`, () => evaluationRecord(watch, m));
        },
        attended: (watch, timestampMs) => this.#attend(watch, timestampMs),
        late: (watch, m, side, timestampMs, value) => this.#late.add(watch, m, side, timestampMs, value),
      },
    );
    this.#evaluation = new PacedEvaluation(
      {
        begin: (batch) => evaluator.begin(batch),
        goOn: (hasTime) => evaluator.goOn(hasTime),
        end: () => {
          this.#late.endBatch(this.#timing.onDelayMs);
          if (this.#late.waiting > 0) this.#recordLate();
        },
      },
      parts.log,
    );
  }

  /** Takes up every machine where it stood. `observedSinceMs`: silence counts from then at the earliest. */
  start(evaluations: readonly EvaluationRecord[], observedSinceMs: number): void {
    const { ledger, machines } = this.#parts;
    this.rulesChanged();
    this.#silence = new SilenceAlerts({ ...this.#parts, makeId: randomUUID, startedAtMs: observedSinceMs });
    const stored = new Map<string, EvaluationRecord[]>();
    for (const record of evaluations) stored.set(record.machineId, [...(stored.get(record.machineId) ?? []), record]);
    for (const entry of machines.entries()) {
      const watch = new MachineWatch(entry);
      restoreWatch(watch, stored.get(entry.record.id) ?? [], (key) => ledger.open.byKey(key));
      this.#watches.set(entry.record.id, watch);
      this.#followAlertsOf(watch);
    }
    for (const alert of [...ledger.open.all()]) this.#followConnection(alert);
    this.#closeOrphans();
  }

  /** Evaluates every machine's newest reading, unless it was before, and looks who is silent. */
  async evaluateNewest(): Promise<void> {
    const newest = new ColumnsBuilder();
    for (const entry of this.#parts.machines.entries()) {
      eachReading(entry, entry.latestMs, (timestampMs, values) => newest.add(entry.record.id, timestampMs, values));
    }
    this.evaluate(newest.finish());
    if (!this.isIdle) await this.evaluated();
    this.#look();
  }

  /** Time of the machine's newest evaluated reading, -Infinity before the first. */
  evaluatedUpTo(machineId: string): number {
    return this.#watches.get(machineId)?.newestMs ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Only what is newer than what was evaluated of its machine: the rest has been, or is too late to be told apart. While
   * nothing of these machines waits to be evaluated.
   */
  evaluateNewer(stored: ReadingColumns): void {
    const newer = new ColumnsBuilder();
    for (let row = 0; row < stored.length; row++) {
      const machineId = stored.machineIds[row] as string;
      const timestampMs = stored.timestampsMs[row] as number;
      if (timestampMs <= this.evaluatedUpTo(machineId)) continue;
      newer.add(
        machineId,
        timestampMs,
        stored.values.map((column) => column[row] as number),
      );
    }
    this.evaluate(newer.finish());
  }

  /** In order; at once where that does not take long. */
  evaluate(stored: ReadingColumns): void {
    this.#evaluation.evaluate(stored);
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
    this.#metricAlerts.storeFigures(this.#parts.clock.nowMs());
    if (this.#late.waiting > 0) this.#recordLate();
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
    if (watch.entry.record.status !== 'maintenance') return;
    const { ledger, clock } = this.#parts;
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

  #watchOf(machineId: string): MachineWatch | undefined {
    const known = this.#watches.get(machineId);
    if (known !== undefined) return known;
    const entry = this.#parts.machines.get(machineId);
    if (entry === undefined) return undefined;
    const watch = new MachineWatch(entry);
    this.#watches.set(machineId, watch);
    return watch;
  }

  #followAlertsOf(watch: MachineWatch): void {
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

  #attend(watch: MachineWatch, timestampMs: number): void {
    const nowMs = this.#parts.clock.nowMs();
    watch.attention = !this.#silence?.heard(watch, timestampMs, nowMs, this.#timeoutSeconds);
    if (watch.entry.record.status !== 'maintenance') this.#metricAlerts.unsuppress(watch, timestampMs);
  }

  #recordLate(): void {
    if (this.#lateRun !== null) return;
    this.#lateRun = this.#workOffLate().then((done) => {
      this.#lateRun = null;
      if (done && this.#late.waiting > 0) this.#recordLate();
    });
  }

  /** False where the store did not answer: the next tick tries again. */
  async #workOffLate(): Promise<boolean> {
    const { queue, ledger, log } = this.#parts;
    const dropped = this.#late.takeDropped();
    if (dropped > 0) log.warn({ dropped }, 'Too many late excursions at once: some are missing in the alert history');
    while (this.#late.waiting > 0) {
      // What the same readings raised live must be stored before they can be recognised.
      await queue.settled();
      try {
        for (const alert of await this.#late.take((key) => ledger.open.byKey(key))) ledger.change(alert, null);
      } catch (error) {
        log.error({ err: error, waiting: this.#late.waiting }, 'Late excursions were not looked up');
        return false;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }
}
