// Evaluates readings and changes alerts on the leader. An instance belongs to one term of leadership, and has no state outside
// itself, so that several instances could share the machines (decision 55).

import type { Clock } from '../../clock.ts';
import type { DomainEvent } from '../../events/domain-events.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { ProcessMetrics } from '../../process-metrics.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { LeaderTerm } from '../leader/leadership.ts';
import type { Watermarks } from '../leader/watermarks.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';
import { AlertWriter } from '../store/alert-writer.ts';
import { AlertChanges } from './alert-changes.ts';
import { AlertCommands } from './alert-commands.ts';
import { type ArrivedReadings, arrivedReadings, concatArrived, storedReadings } from './arrived-readings.ts';
import { BadQualityAlerts } from './bad-quality-alerts.ts';
import { EvaluationQueue } from './evaluation-queue.ts';
import { HistoryEvaluator } from './history-evaluator.ts';
import { LateDataAlerts } from './late-data-alerts.ts';
import { MachineAlarmStates } from './machine-alarm-states.ts';
import { MachineChanges } from './machine-changes.ts';
import { MetricAlerts } from './metric-alerts.ts';
import type { OpenAlerts } from './open-alerts.ts';
import { ReadingEvaluator } from './reading-evaluator.ts';
import { replay } from './replay.ts';
import { StaleAlerts } from './stale-alerts.ts';

/** Readings that are buffered during a replay; past it they are read from the store as well. */
const MAX_BUFFERED_READINGS = 200_000;
/** Of the 10 s that a stop may take. */
const REPLAY_STOPS_WITHIN_MS = 1_000;
const EVALUATION_STOPS_WITHIN_MS = 1_000;
/** Events after which limits and delays may be others. */
const CHANGE_RULES: ReadonlySet<DomainEvent['kind']> = new Set(['config', 'limits', 'metrics_changed']);

export interface AlertEngineDeps {
  repository: AlertRepository;
  machines: MachineService;
  catalogue: AlertCatalogue;
  settings: SettingsService;
  readings: Pick<ReadingStore, 'latest' | 'export'>;
  /** How long readings wait for older ones that other nodes stored; 0 where there are no other nodes. */
  reorderMs: number;
  bus: EventBus;
  clock: Clock;
  metrics: ProcessMetrics;
  log: Logger;
  term: LeaderTerm;
  watermarks: Watermarks;
  /** Since when this node observes readings: machines are not taken for stale because of the time before. */
  observedSinceMs: number;
}

export class AlertEngine {
  readonly commands: AlertCommands;
  readonly #deps: AlertEngineDeps;
  readonly #writer: AlertWriter;
  readonly #changes: AlertChanges;
  readonly #states: MachineAlarmStates;
  readonly #metricAlerts: MetricAlerts;
  readonly #lateDataAlerts: LateDataAlerts;
  readonly #badQualityAlerts: BadQualityAlerts;
  readonly #staleAlerts: StaleAlerts;
  readonly #machineChanges: MachineChanges;
  readonly #queue: EvaluationQueue;
  /** Readings that arrived before the start or during a replay; null while neither lasts. */
  #buffered: ArrivedReadings[] | null = null;
  #bufferedReadings = 0;
  /** Readings that wait a moment for older ones of other nodes. */
  #reordering: ArrivedReadings[] = [];
  #reorderTimer: NodeJS.Timeout | null = null;
  #replaying: Promise<void> | null = null;
  #isAbandoned = false;
  #isStarted = false;
  #isUpToDate = false;
  #isIsolated = false;

  constructor(deps: AlertEngineDeps) {
    this.#deps = deps;
    const writer = new AlertWriter(deps);
    const changes = new AlertChanges(writer, deps.metrics);
    const states = new MachineAlarmStates({ ...deps, writer });
    const metricAlerts = new MetricAlerts(changes, states);
    const lateDataAlerts = new LateDataAlerts({ ...deps, states, changes, writer });
    const badQualityAlerts = new BadQualityAlerts(changes, states);
    const staleAlerts = new StaleAlerts({ ...deps, changes, states });
    const history = new HistoryEvaluator({ states, metricAlerts, lateDataAlerts });
    const alertsAbout = { metricAlerts, lateDataAlerts, badQualityAlerts, staleAlerts };
    const evaluator = new ReadingEvaluator({ ...deps, ...alertsAbout, states, history });
    this.commands = new AlertCommands({ ...deps, metricAlerts, changes, writer });
    this.#writer = writer;
    this.#changes = changes;
    this.#states = states;
    this.#metricAlerts = metricAlerts;
    this.#lateDataAlerts = lateDataAlerts;
    this.#badQualityAlerts = badQualityAlerts;
    this.#staleAlerts = staleAlerts;
    this.#machineChanges = new MachineChanges({ ...deps, ...alertsAbout, states, changes });
    this.#queue = new EvaluationQueue(evaluator, deps.log);
  }

  /** Loads alerts and evaluation states as stored. Readings that arrive from now on are buffered until `start`. */
  async load(): Promise<void> {
    this.#buffered = [];
    const { repository, clock } = this.#deps;
    const [evaluations] = await Promise.all([repository.evaluations(), this.#changes.load(repository)]);
    this.#states.load(evaluations, (machineId) => this.#changes.open.ofMachine(machineId), clock.nowMs());
    for (const machine of this.#states.all()) {
      this.#lateDataAlerts.resume(machine);
      this.#metricAlerts.resume(machine);
      this.#badQualityAlerts.resume(machine);
    }
    this.#staleAlerts.resume(clock.nowMs());
    this.#machineChanges.closeOrphans();
  }

  /** Evaluates what was stored while no node was leader, then what was buffered. Rejects as the store does. */
  async start(): Promise<void> {
    // The first term of a plant needs no replay, nor does a server that runs alone. The second term does, also if the first
    // one ended before it was up to date.
    const { watermarkMs, epoch } = this.#deps.term;
    if (watermarkMs !== null || (epoch !== null && epoch > 1)) await this.replay();
    else this.#evaluateBuffered();
    if (this.#isAbandoned) return;
    await this.#evaluateNewest();
    if (this.#isAbandoned) return;
    this.#isUpToDate = true;
    this.#isStarted = true;
  }

  /**
   * Evaluates durable readings, at once if possible. They need not be in the store: those in the journal of a node count
   * as well (decision 36).
   */
  acceptReadings(readings: ReadingBatch): void {
    if (this.#buffered === null) {
      const arrived = arrivedReadings(readings, this.#deps.clock.nowMs());
      if (this.#deps.reorderMs === 0) this.#queue.add(arrived);
      else this.#reorder(arrived);
    } else if (!this.#isIsolated) {
      // Past the bound they are only counted: then they are read from the store.
      if (this.#bufferedReadings <= MAX_BUFFERED_READINGS) {
        this.#buffered.push(arrivedReadings(readings, this.#deps.clock.nowMs()));
      }
      this.#bufferedReadings += readings.length;
    }
  }

  /** Settings, limits or machines have changed. */
  handleEvent(event: DomainEvent): void {
    if (this.#isStarted) this.#staleAlerts.handleEvent(event);
    if (CHANGE_RULES.has(event.kind)) this.#states.reloadRules();
    else if (event.kind === 'machine_status' && event.status !== undefined) {
      for (const machineId of event.machineIds) this.#machineChanges.updated(machineId);
    } else if (event.kind === 'machine' && event.change === 'deleted') this.#machineChanges.deleted(event.machineId);
    else if (event.kind === 'machine') this.#machineChanges.updated(event.machineId);
  }

  /** Does what is due by the clock. Called each second. */
  tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#states.refresh();
    this.#machineChanges.closeSilenced();
    this.#changes.endDueShelves(nowMs);
    // Before the start, machines whose readings are not evaluated yet would seem stale.
    if (this.#isStarted) {
      this.#staleAlerts.check(nowMs);
      this.#badQualityAlerts.check(nowMs);
      this.#metricAlerts.storeFigures(nowMs);
      this.#lateDataAlerts.tick();
    }
    this.#writer.flushEvaluations();
  }

  /** Evaluates what is stored and was not evaluated yet. A call during another one resolves with that one. */
  replay(): Promise<void> {
    this.#replaying ??= this.#replay().finally(() => {
      this.#replaying = null;
    });
    return this.#replaying;
  }

  /**
   * Isolated: readings of other nodes do not arrive. Then `replay` evaluates all readings from the store, those of this node
   * included, so that they are evaluated in order.
   */
  setIsolated(isIsolated: boolean): void {
    if (isIsolated && !this.#isIsolated) this.#isUpToDate = false;
    this.#isIsolated = isIsolated;
    if (isIsolated) this.#buffered ??= [];
  }

  /** Everything stored has been evaluated and every change is stored, except what arrived just now. */
  get isUpToDate(): boolean {
    return this.#isUpToDate && this.#queue.isIdle && !this.#writer.isBehind;
  }

  get openAlerts(): OpenAlerts {
    return this.#changes.open;
  }

  get lastSeq(): number {
    return this.#changes.lastSeq;
  }

  /** The alert with its newest count and peak. */
  withFigures(alert: AlertRecord): AlertRecord {
    return this.#metricAlerts.withFigures(alert);
  }

  /** Resolves when every reading so far is evaluated and every change is stored. */
  async whenIdle(): Promise<void> {
    this.#evaluateReordered();
    await this.#queue.whenIdle();
    await this.#lateDataAlerts.whenIdle();
    await this.#writer.whenIdle();
  }

  /** Waits until every change is stored, or until a few attempts have failed. */
  async stop(): Promise<void> {
    // A replay that is far behind, or waits for a store that does not answer, is left to the next leader.
    this.#isAbandoned = true;
    await withTimeout(this.#replaying?.catch(() => {}) ?? null, REPLAY_STOPS_WITHIN_MS);
    this.#evaluateReordered();
    await withTimeout(this.#queue.whenIdle(), EVALUATION_STOPS_WITHIN_MS);
    this.#queue.clear();
    this.#lateDataAlerts.stop();
    await this.#writer.stop();
    // Excursions in late data are recorded one by one: many of them must not delay the stop.
    await withTimeout(this.#lateDataAlerts.whenIdle(), EVALUATION_STOPS_WITHIN_MS);
    await this.#writer.stop();
  }

  /** Nothing is stored from this moment on. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#buffered = null;
    this.#reordering = [];
    this.#queue.clear();
    this.#writer.abandon();
  }

  async #replay(): Promise<void> {
    this.#buffered ??= [];
    this.#buffered.push(...this.#reordering);
    this.#reordering = [];
    this.#isUpToDate = false;
    // Only then it is known what was evaluated.
    await this.#queue.whenIdle();
    for (;;) {
      await replay({
        ...this.#deps,
        states: this.#states,
        queue: this.#queue,
        watermarkMs: this.#deps.term.watermarkMs,
        isCancelled: () => this.#isAbandoned,
      });
      if (this.#bufferedReadings <= MAX_BUFFERED_READINGS) break;
      this.#buffered = [];
      this.#bufferedReadings = 0;
    }
    this.#evaluateBuffered();
    this.#isUpToDate = !this.#isAbandoned;
  }

  /** Evaluates the newest value of each metric of each machine, unless it was evaluated before. */
  async #evaluateNewest(): Promise<void> {
    const newest = new BatchBuilder();
    for (const { record, latest } of this.#deps.machines.entries()) latest.addReadings(newest, record.id);
    const stored = storedReadings(newest.finish(), this.#deps.clock.nowMs());
    this.#queue.add(this.#states.withoutEvaluated(stored, { keepsHistory: false }));
    if (!this.#queue.isIdle) await this.#queue.whenIdle();
    this.#staleAlerts.check(this.#deps.clock.nowMs());
  }

  #evaluateBuffered(): void {
    const buffered = this.#buffered ?? [];
    this.#bufferedReadings = 0;
    this.#buffered = this.#isIsolated ? [] : null;
    if (this.#isAbandoned || buffered.length === 0) return;
    // The replay may have evaluated some of them.
    this.#queue.add(this.#states.withoutEvaluated(concatArrived(buffered), { keepsHistory: true }));
  }

  /** Nodes store the readings of one machine at different speeds: those of a moment are evaluated in order. */
  #reorder(arrived: ArrivedReadings): void {
    this.#reordering.push(arrived);
    this.#reorderTimer ??= setTimeout(() => this.#evaluateReordered(), this.#deps.reorderMs);
  }

  #evaluateReordered(): void {
    if (this.#reorderTimer !== null) clearTimeout(this.#reorderTimer);
    this.#reorderTimer = null;
    const batches = this.#reordering;
    this.#reordering = [];
    if (batches.length > 0) this.#queue.add(concatArrived(batches));
  }
}
