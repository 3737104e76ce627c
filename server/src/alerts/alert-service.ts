// Alerts, as the pipeline and the routes use them. The leader evaluates readings and executes commands; other nodes answer
// from their replica and forward commands to the leader.

import type { AlarmState, AlertStats, Severity } from '@gonsters/contract';
import { AppError, isAppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import type { RequestChannel } from '../events/request-channel.ts';
import { inScope, type MachineScope } from '../machines/machine-scope.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import { visibleAlert } from './alert-scope.ts';
import type { AlertCommand } from './engine/alert-commands.ts';
import type { AlertEngine } from './engine/alert-engine.ts';
import type { OpenAlerts } from './engine/open-alerts.ts';
import { AlertLeader, type AlertLeaderDeps } from './leader/alert-leader.ts';
import { AlertReplica } from './leader/alert-replica.ts';
import { answerForwardedCommands, forwardCommand } from './leader/forwarded-commands.ts';
import { computeAlertStats } from './reports/alert-stats.ts';
import { filtered, type StatsFilter } from './reports/stats-filter.ts';
import type { AlertQuery, AlertRecord, RaiseQuery, RaiseRecord, ToldRecord } from './store/alert-repository.ts';

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

  /** As `evaluate`, for readings that are history however new they are. */
  evaluateHistory(readings: ReadingBatch): void {
    this.#engine?.acceptHistory(readings);
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
  acknowledge(id: string, by: string, note: string | null, scope: MachineScope = null): Promise<AlertRecord> {
    return this.#execute({ action: 'acknowledge', id, by, note }, scope);
  }

  /** Rejects with `not_found`, `invalid_state` (closed), `validation_failed` (over 24 h, or in the past). */
  shelve(id: string, by: string, untilMs: number, reason: string, scope: MachineScope = null): Promise<AlertRecord> {
    return this.#execute({ action: 'shelve', id, by, untilMs, reason }, scope);
  }

  /** Ends the shelf of the alert's condition. Resolves with the alert as it is if it is not shelved. */
  unshelve(id: string, scope: MachineScope = null): Promise<AlertRecord> {
    return this.#execute({ action: 'unshelve', id }, scope);
  }

  /** On the leader: whether people were told of an alert. It is a change like any other, which clients hear of. */
  async noteTold(id: string, told: ToldRecord | null): Promise<void> {
    await this.#engine?.commands.noteTold(id, told);
  }

  /** Rejects with `not_found`, also for an alert that is not of the scope. */
  async get(id: string, scope: MachineScope = null): Promise<AlertRecord> {
    const alert = this.#engine === null ? await this.#deps.repository.byId(id) : await this.#engine.commands.find(id);
    const visible = alert && visibleAlert(alert, this.#deps.machines, scope);
    if (visible === null) throw new AppError('not_found', `No alert with id ${id}`);
    return visible;
  }

  /** The raises of an alert, newest first. Rejects with `not_found`. */
  async raises(
    id: string,
    query: RaiseQuery,
    scope: MachineScope = null,
  ): Promise<{ raises: RaiseRecord[]; nextCursor: string | null }> {
    // On the leader the newest raise of an open alert may be newer than the stored one.
    const { raise } = await this.get(id, scope);
    const { raises, nextCursor } = await this.#deps.repository.raises(id, query);
    return { raises: raises.map((stored) => (stored.number === raise.number ? raise : stored)), nextCursor };
  }

  /** Newest raised first. On the leader counts and peaks are current, on other nodes as stored last. */
  async page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
    const { alerts, nextCursor } = await this.#deps.repository.page(query);
    const newest = alerts.map((alert) => this.#engine?.withFigures(alert) ?? alert);
    return { alerts: this.#visible(newest, query.scope ?? null), nextCursor };
  }

  /** The newest version of every alert changed after `seq`, ascending; incomplete past `limit` or for an unknown seq. */
  async changedSince(
    seq: number,
    limit: number,
    scope: MachineScope = null,
  ): Promise<{ complete: boolean; alerts: AlertRecord[] }> {
    const { repository } = this.#deps;
    // Another node may have announced changes that have not arrived here.
    const isKnown = seq <= Math.max(this.replica.lastSeq, this.#engine?.lastSeq ?? 0);
    if (!isKnown && seq > (await repository.lastSeq())) return { complete: false, alerts: [] };
    const alerts = await repository.changedSince(seq, limit + 1);
    return { complete: alerts.length <= limit, alerts: this.#visible(alerts.slice(0, limit), scope) };
  }

  /** See `AlertRepository`. */
  async *raisedBetween(fromMs: number, toMs: number, scope: MachineScope = null): AsyncIterable<AlertRecord> {
    for await (const alert of this.#deps.repository.raisedBetween(fromMs, toMs, scope)) {
      yield* this.#visible([alert], scope);
    }
  }

  /** The KPIs of [fromMs, toMs). Alerts can be raised since the first machine was created. */
  stats(fromMs: number, toMs: number, scope: MachineScope = null, filter: StatsFilter = {}): Promise<AlertStats> {
    const { repository, machines, clock } = this.#deps;
    let observedSinceMs = Number.POSITIVE_INFINITY;
    for (const { record } of inScope(machines.entries(), scope)) {
      const isCounted =
        (filter.machineId ?? record.id) === record.id && (filter.location ?? record.location) === record.location;
      if (isCounted) observedSinceMs = Math.min(observedSinceMs, record.createdAtMs);
    }
    const recordOf = (machineId: string) => machines.get(machineId)?.record;
    const only = <R extends { atMs: number; machineId: string | null; location: string }>(
      raises: AsyncIterable<readonly R[]>,
    ) => filtered(raises, filter, (machineId) => recordOf(machineId)?.location);
    const ids = filter.machineId === undefined ? {} : { machineIds: [filter.machineId] };
    return computeAlertStats(
      only(repository.annunciations(fromMs, toMs, scope, ids)),
      { fromMs, toMs, observedSinceMs, nowMs: clock.nowMs(), ...(filter.shifts && { shifts: filter.shifts }) },
      (machineId) => recordOf(machineId)?.name,
      only(repository.silentRaises(fromMs, toMs, scope)),
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
  counts(scope: MachineScope = null): Record<Severity, number> {
    const isVisible = (alert: AlertRecord) => visibleAlert(alert, this.#deps.machines, scope) !== null;
    return scope === null ? this.#open.counts() : this.#open.countsOf(isVisible);
  }

  get #engine(): AlertEngine | null {
    return this.leader.engine;
  }

  get #open(): OpenAlerts {
    return this.#engine?.openAlerts ?? this.replica.open;
  }

  #visible(alerts: readonly AlertRecord[], scope: MachineScope): AlertRecord[] {
    return alerts.flatMap((alert) => visibleAlert(alert, this.#deps.machines, scope) ?? []);
  }

  async #execute(command: AlertCommand, scope: MachineScope): Promise<AlertRecord> {
    if (scope !== null) await this.get(command.id, scope);
    const alert = await this.#executeAnywhere(command);
    return visibleAlert(alert, this.#deps.machines, scope) ?? alert;
  }

  async #executeAnywhere(command: AlertCommand): Promise<AlertRecord> {
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
