// Evaluates readings and changes alerts on the leader. An instance belongs to one term of leadership, and has no state outside
// itself, so that several instances could share the machines (decision 55).

import type { DomainEvent } from '../../events/domain-events.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { AlertRecord } from '../store/alert-repository.ts';
import { AlertWriter } from '../store/alert-writer.ts';
import { AlertChanges } from './alert-changes.ts';
import { AlertCommands } from './alert-commands.ts';
import type { AlertEngineDeps } from './alert-engine-deps.ts';
import { historicReadings, storedReadings } from './arrived-readings.ts';
import { BadQualityAlerts } from './bad-quality-alerts.ts';
import { ChannelAlerts } from './channel-alerts.ts';
import { ConditionAlerts } from './condition-alerts.ts';
import { ConditionEvaluator } from './condition-evaluator.ts';
import { ConditionLoader } from './condition-loader.ts';
import { EvaluationQueue } from './evaluation-queue.ts';
import { HistoryEvaluator } from './history-evaluator.ts';
import { LateDataAlerts } from './late-data-alerts.ts';
import { MachineAlarmStates } from './machine-alarm-states.ts';
import { MachineChanges } from './machine-changes.ts';
import { MetricAlerts } from './metric-alerts.ts';
import type { OpenAlerts } from './open-alerts.ts';
import { ReadingEvaluator } from './reading-evaluator.ts';
import { ReadingIntake } from './reading-intake.ts';
import { RefusalAlerts } from './refusal-alerts.ts';
import { replay, replayedFromMs } from './replay.ts';
import { SilentEntries } from './silent-entries.ts';
import { StaleAlerts } from './stale-alerts.ts';

/** Of the 10 s that a stop may take. */
const REPLAY_STOPS_WITHIN_MS = 1_000;
const EVALUATION_STOPS_WITHIN_MS = 1_000;
/** Events after which limits and delays may be others. */
const CHANGE_RULES: ReadonlySet<DomainEvent['kind']> = new Set(['config', 'limits', 'metrics_changed', 'conditions']);

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
  readonly #refusalAlerts: RefusalAlerts;
  readonly #conditionAlerts: ConditionAlerts;
  readonly #loader: ConditionLoader;
  readonly #conditions: ConditionEvaluator;
  readonly #silentEntries: SilentEntries;
  readonly #channelAlerts: ChannelAlerts;
  readonly #machineChanges: MachineChanges;
  readonly #queue: EvaluationQueue;
  readonly #intake: ReadingIntake;
  #replaying: Promise<void> | null = null;
  #isAbandoned = false;
  #isStarted = false;
  #isUpToDate = false;

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
    const conditionAlerts = new ConditionAlerts(changes, states);
    const loader = new ConditionLoader({ ...deps, states, changes, alerts: conditionAlerts });
    const entries = new SilentEntries({ ...deps, changes, alerts: conditionAlerts, writer });
    const conditions = new ConditionEvaluator({ ...deps, ...alertsAbout, states, loader, conditionAlerts, entries });
    const evaluator = new ReadingEvaluator({ ...deps, ...alertsAbout, states, history, conditions, loader });
    this.commands = new AlertCommands({ ...deps, metricAlerts, changes, writer });
    this.#writer = writer;
    this.#changes = changes;
    this.#states = states;
    this.#metricAlerts = metricAlerts;
    this.#lateDataAlerts = lateDataAlerts;
    this.#badQualityAlerts = badQualityAlerts;
    this.#staleAlerts = staleAlerts;
    this.#conditionAlerts = conditionAlerts;
    this.#loader = loader;
    this.#conditions = conditions;
    this.#silentEntries = entries;
    this.#refusalAlerts = new RefusalAlerts({ ...deps, changes });
    this.#channelAlerts = new ChannelAlerts(changes);
    this.#machineChanges = new MachineChanges({ ...deps, ...alertsAbout, states, changes });
    this.#queue = new EvaluationQueue(evaluator, deps.log);
    this.#intake = new ReadingIntake({ ...deps, evaluate: (arrived) => this.#queue.add(arrived) });
  }

  /** Loads alerts and evaluation states as stored. Readings that arrive from now on are held until `start`. */
  async load(): Promise<void> {
    this.#intake.hold();
    const { repository, clock, open } = this.#deps;
    const [evaluations] = await Promise.all([repository.evaluations(), this.#changes.load(repository, open)]);
    this.#states.load(evaluations, (machineId) => this.#changes.open.ofMachine(machineId), clock.nowMs());
    for (const machine of this.#states.all()) {
      this.#lateDataAlerts.resume(machine);
      this.#metricAlerts.resume(machine);
      this.#badQualityAlerts.resume(machine);
      this.#loader.reload(machine);
    }
    this.#staleAlerts.resume(clock.nowMs());
    this.#refusalAlerts.resume(clock.nowMs());
    this.#machineChanges.closeOrphans();
  }

  /** Evaluates what was stored while no node was leader, then what was held. Rejects as the store does. */
  async start(): Promise<void> {
    // The first term of a plant needs no replay, nor does a server that runs alone. The second term does, also if the first
    // one ended before it was up to date.
    const { watermarkMs, epoch } = this.#deps.term;
    if (watermarkMs !== null || (epoch !== null && epoch > 1)) await this.replay();
    else this.#evaluateHeld();
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
    this.#intake.accept(readings);
  }

  /** Evaluates durable readings as history: they raise nothing, and become closed, silent alerts. Before the start they are not evaluated. */
  acceptHistory(readings: ReadingBatch): void {
    if (this.#isStarted) this.#queue.add(historicReadings(readings, this.#deps.clock.nowMs()));
  }

  /** Settings, limits or machines have changed. */
  handleEvent(event: DomainEvent): void {
    if (this.#isStarted) this.#staleAlerts.handleEvent(event);
    if (this.#isStarted && event.kind === 'gateway_traffic')
      this.#refusalAlerts.count(event.sent, this.#deps.clock.nowMs());
    if (event.kind === 'conditions') this.#loader.reloadAll();
    if (this.#isStarted && event.kind === 'channels_failing')
      this.#channelAlerts.update(event.channels, this.#deps.clock.nowMs());
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
      this.#refusalAlerts.check(nowMs);
      this.#metricAlerts.storeFigures(nowMs);
      this.#lateDataAlerts.tick();
      this.#loader.continueReload();
      this.#conditions.tick(nowMs);
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
    if (isIsolated && !this.#intake.isIsolated) this.#isUpToDate = false;
    this.#intake.setIsolated(isIsolated);
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
    return this.#conditionAlerts.withFigures(this.#metricAlerts.withFigures(alert));
  }

  /** Resolves when every reading so far is evaluated and every change is stored. */
  async whenIdle(): Promise<void> {
    this.#intake.evaluateReordered();
    await this.#queue.whenIdle();
    await this.#lateDataAlerts.whenIdle();
    await this.#silentEntries.whenIdle();
    await this.#writer.whenIdle();
  }

  /** Waits until every change is stored, or until a few attempts have failed. */
  async stop(): Promise<void> {
    // A replay that is far behind, or waits for a store that does not answer, is left to the next leader.
    this.#isAbandoned = true;
    await withTimeout(this.#replaying?.catch(() => {}) ?? null, REPLAY_STOPS_WITHIN_MS);
    this.#intake.evaluateReordered();
    this.#evaluateLate();
    await withTimeout(this.#queue.whenIdle(), EVALUATION_STOPS_WITHIN_MS);
    this.#queue.clear();
    this.#lateDataAlerts.stop();
    this.#conditions.saveAll();
    await this.#writer.stop();
    // Excursions in late data are recorded one by one: many of them must not delay the stop.
    await withTimeout(this.#lateDataAlerts.whenIdle(), EVALUATION_STOPS_WITHIN_MS);
    await withTimeout(this.#silentEntries.whenIdle(), EVALUATION_STOPS_WITHIN_MS);
    await this.#writer.stop();
  }

  /** Nothing is stored from this moment on. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#intake.clear();
    this.#queue.clear();
    this.#writer.abandon();
  }

  async #replay(): Promise<void> {
    this.#intake.holdAll();
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
      if (!this.#intake.dropIfTooMany()) break;
    }
    this.#evaluateHeld();
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

  /** Of what is held, the replay of the next leader reads what is newer than what was evaluated, and nothing else. */
  #evaluateLate(): void {
    const held = this.#intake.takeHeld();
    if (held === null) return;
    const { machines, term, watermarks } = this.#deps;
    const replayed = { states: this.#states, watermarks, watermarkMs: term.watermarkMs };
    const fromMs = (id: string) => replayedFromMs(replayed, id, machines.get(id)?.latestMs ?? Number.NaN);
    this.#queue.add(this.#states.lateOf(held, fromMs));
  }

  #evaluateHeld(): void {
    // `stop` evaluates what no replay reads.
    if (this.#isAbandoned) return;
    const held = this.#intake.release();
    if (held === null) return;
    // The replay may have evaluated some of them.
    this.#queue.add(this.#states.withoutEvaluated(held, { keepsHistory: true }));
  }
}
