// Alerts, as the pipeline and the routes use them. The leader evaluates readings and executes commands; other nodes answer
// from their replica and forward commands to the leader.

import type { AlarmState, AlertStats, Severity } from '@gonsters/contract';
import { AppError, isAppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import type { RequestChannel } from '../events/request-channel.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import type { AlertCommand } from './engine/alert-commands.ts';
import type { AlertEngine } from './engine/alert-engine.ts';
import type { OpenAlerts } from './engine/open-alerts.ts';
import { AlertLeader, type AlertLeaderDeps } from './leader/alert-leader.ts';
import { AlertReplica } from './leader/alert-replica.ts';
import { answerForwardedCommands, forwardCommand } from './leader/forwarded-commands.ts';
import { computeAlertStats } from './reports/alert-stats.ts';
import type { AlertQuery, AlertRecord, RaiseQuery, RaiseRecord } from './store/alert-repository.ts';

const TICK_MS = 1000;

export interface AlertServiceDeps extends AlertLeaderDeps {
  /** To the other nodes; null where there are none. */
  requestChannel: RequestChannel | null;
}

export class AlertService {
  readonly #deps: AlertServiceDeps;
  readonly replica: AlertReplica;
  /** What this node does while it is leader. */
  readonly leader: AlertLeader;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: AlertServiceDeps) {
    this.#deps = deps;
    this.replica = new AlertReplica(deps.repository);
    this.leader = new AlertLeader(deps, this.replica);
  }

  /** After `MachineService` has started, before leader election. */
  async start(): Promise<void> {
    const { bus, requestChannel } = this.#deps;
    this.leader.start();
    await this.replica.start();
    this.#unsubscribe = bus.subscribe((event) => this.#handleEvent(event));
    if (requestChannel !== null) answerForwardedCommands(requestChannel, () => this.#engine?.commands ?? null);
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.leader.resign();
  }

  /** Evaluates durable readings on the leader, synchronously if possible. Other nodes do nothing. */
  evaluate(readings: ReadingBatch): void {
    this.leader.receiver?.acceptReadings(readings);
  }

  /** Does what is due by the clock: shelves that end, stale machines, counts and peaks. Called each second. */
  tick(): void {
    this.#engine?.tick();
  }

  /** Resolves when every change so far is stored and published. */
  whenIdle(): Promise<void> {
    return this.leader.whenIdle();
  }

  /** Rejects with `not_found`, `invalid_state` (suppressed). Acknowledging twice resolves with the alert as it is. */
  acknowledge(id: string, by: string, note: string | null): Promise<AlertRecord> {
    return this.#execute({ action: 'acknowledge', id, by, note });
  }

  /** Rejects with `not_found`, `invalid_state` (closed), `validation_failed` (over 24 h, or in the past). */
  shelve(id: string, by: string, untilMs: number, reason: string): Promise<AlertRecord> {
    return this.#execute({ action: 'shelve', id, by, untilMs, reason });
  }

  /** Ends the shelf of the alert's condition. Resolves with the alert as it is if it is not shelved. */
  unshelve(id: string): Promise<AlertRecord> {
    return this.#execute({ action: 'unshelve', id });
  }

  /** Rejects with `not_found`. */
  async get(id: string): Promise<AlertRecord> {
    if (this.#engine !== null) return this.#engine.commands.find(id);
    const alert = await this.#deps.repository.byId(id);
    if (alert === null) throw new AppError('not_found', `No alert with id ${id}`);
    return alert;
  }

  /** The raises of an alert, newest first. Rejects with `not_found`. */
  async raises(id: string, query: RaiseQuery): Promise<{ raises: RaiseRecord[]; nextCursor: string | null }> {
    // On the leader the newest raise of an open alert may be newer than the stored one.
    const { raise } = await this.get(id);
    const { raises, nextCursor } = await this.#deps.repository.raises(id, query);
    return { raises: raises.map((stored) => (stored.number === raise.number ? raise : stored)), nextCursor };
  }

  /** Newest raised first. On the leader counts and peaks are current, on other nodes as stored last. */
  async page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
    const { alerts, nextCursor } = await this.#deps.repository.page(query);
    return { alerts: alerts.map((alert) => this.#engine?.withFigures(alert) ?? alert), nextCursor };
  }

  /** The newest version of every alert changed after `seq`, ascending; incomplete past `limit` or for an unknown seq. */
  async changedSince(seq: number, limit: number): Promise<{ complete: boolean; alerts: AlertRecord[] }> {
    const { repository } = this.#deps;
    // Another node may have announced changes that have not arrived here.
    const isKnown = seq <= Math.max(this.replica.lastSeq, this.#engine?.lastSeq ?? 0);
    if (!isKnown && seq > (await repository.lastSeq())) return { complete: false, alerts: [] };
    const alerts = await repository.changedSince(seq, limit + 1);
    return { complete: alerts.length <= limit, alerts: alerts.slice(0, limit) };
  }

  /** See `AlertRepository`. */
  raisedBetween(fromMs: number, toMs: number): AsyncIterable<AlertRecord> {
    return this.#deps.repository.raisedBetween(fromMs, toMs);
  }

  /** The KPIs of [fromMs, toMs). Alerts can be raised since the first machine was created. */
  stats(fromMs: number, toMs: number): Promise<AlertStats> {
    let observedSinceMs = Number.POSITIVE_INFINITY;
    for (const { record } of this.#deps.machines.entries()) {
      observedSinceMs = Math.min(observedSinceMs, record.createdAtMs);
    }
    const nowMs = this.#deps.clock.nowMs();
    const { repository, machines } = this.#deps;
    const range = { fromMs, toMs, observedSinceMs, nowMs };
    return computeAlertStats(
      repository.annunciations(fromMs, toMs),
      range,
      (machineId) => machines.get(machineId)?.record.name,
    );
  }

  /** Worst active, unshelved, unsuppressed alert of a machine. */
  severityOf(machineId: string): Severity | null {
    return this.#open.severityOf(machineId);
  }

  /** The same without alerts about connection, and whether every such alert is acknowledged. */
  alarmOf(machineId: string): AlarmState | null {
    return this.#open.alarmOf(machineId);
  }

  /** Active, unshelved, unsuppressed alerts by severity. */
  counts(): Record<Severity, number> {
    return this.#open.counts();
  }

  get #engine(): AlertEngine | null {
    return this.leader.engine;
  }

  get #open(): OpenAlerts {
    return this.#engine?.openAlerts ?? this.replica.open;
  }

  async #execute(command: AlertCommand): Promise<AlertRecord> {
    const { requestChannel } = this.#deps;
    const leading = this.#engine;
    if (leading !== null) return leading.commands.execute(command);
    if (requestChannel === null) throw new AppError('store_unavailable', undefined, { retryAfterSeconds: 3 });
    try {
      return await forwardCommand(requestChannel, command);
    } catch (error) {
      // This node may have become leader meanwhile. Executing a command twice changes nothing more.
      const own = this.#engine;
      if (own === null || !isAppError(error, 'store_unavailable')) throw error;
      return own.commands.execute(command);
    }
  }

  #handleEvent(event: DomainEvent): void {
    if (event.kind === 'alerts') this.replica.apply(event.alerts);
    else this.#engine?.handleEvent(event);
  }
}
