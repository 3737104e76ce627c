// What people and the edges ask of alerts: on the node that keeps watch its desk answers, on others the mirror and the line.

import type { AlarmState, AlertStats, Severity } from '@gonsters/contract';
import { AppError, isAppError } from '../errors.ts';
import type { LiveEvent } from '../events/event-bus.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { AlertServiceDeps } from './alert-service-deps.ts';
import type { AlertEngine } from './engine/alert-engine.ts';
import type { OpenAlerts } from './engine/open-alerts.ts';
import { AlertLeader } from './leader/alert-leader.ts';
import { AlertReplica } from './leader/alert-replica.ts';
import {
  type AlertCommand,
  answerForwardedCommands,
  executeCommand,
  forwardCommand,
} from './leader/forwarded-commands.ts';
import { computeAlertStats } from './reports/alert-stats.ts';
import type { AlertQuery, AlertRecord, RaiseQuery, RaiseRecord } from './store/alert-repository.ts';

const TICK_MS = 1000;

export class AlertService {
  readonly #parts: AlertServiceDeps;
  readonly #mirror: AlertReplica;
  /** What this node does while it keeps watch. */
  readonly watch: AlertLeader;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: AlertServiceDeps) {
    this.#parts = parts;
    this.#mirror = new AlertReplica(parts.repository);
    this.watch = new AlertLeader(parts, this.#mirror);
  }

  /** After the machine directory, before the watch is taken. */
  async start(): Promise<void> {
    const { bus, line } = this.#parts;
    this.watch.start();
    await this.#mirror.start();
    this.#unsubscribe = bus.subscribe((event) => this.#heed(event));
    if (line !== null) answerForwardedCommands(line, () => this.#desk);
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.watch.resign();
  }

  /** See `AlertReplica`. */
  get mirror(): AlertReplica {
    return this.#mirror;
  }

  /** Hot path, synchronous: evaluates stored readings; what changes is stored and then published in order. */
  evaluate(stored: ReadingColumns): void {
    this.watch.evaluate(stored);
  }

  /** What is due by the clock: the end of shelves, silence, figures. Called each second. */
  tick(): void {
    this.#desk?.tick();
  }

  /** Resolves when every change so far is stored and published. */
  settled(): Promise<void> {
    return this.watch.settled();
  }

  /** Rejects with `not_found`, `invalid_state` (suppressed); acknowledging twice answers the alert as it is. */
  acknowledge(id: string, by: string, note: string | null): Promise<AlertRecord> {
    return this.#order({ action: 'acknowledge', id, by, note });
  }

  /** Rejects with `not_found`, `invalid_state` (closed), `validation_failed` (over 24 h, or in the past). */
  shelve(id: string, by: string, untilMs: number, reason: string): Promise<AlertRecord> {
    return this.#order({ action: 'shelve', id, by, untilMs, reason });
  }

  /** Ends the shelf of the alert's condition; an alert that is on none is answered as it is. */
  unshelve(id: string): Promise<AlertRecord> {
    return this.#order({ action: 'unshelve', id });
  }

  /** Rejects with `not_found`. */
  async get(id: string): Promise<AlertRecord> {
    if (this.#desk !== null) return this.#desk.find(id);
    const alert = await this.#parts.repository.byId(id);
    if (alert === null) throw new AppError('not_found', 'There is no such alert');
    return alert;
  }

  /** The raises of an alert, newest first. Rejects with `not_found`. */
  async raises(id: string, query: RaiseQuery): Promise<{ raises: RaiseRecord[]; nextCursor: string | null }> {
    // Of one that is open here the newest raise is known better than it is stored; it may not be stored at all yet.
    const { raise } = await this.get(id);
    const { raises, nextCursor } = await this.#parts.repository.raises(id, query);
    return { raises: raises.map((stored) => (stored.number === raise.number ? raise : stored)), nextCursor };
  }

  /** Newest raised first; on the watching node counts and peaks are those of this moment, elsewhere as stored last. */
  async page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
    const { alerts, nextCursor } = await this.#parts.repository.page(query);
    return { alerts: alerts.map((alert) => this.#desk?.withFigures(alert) ?? alert), nextCursor };
  }

  /** The newest version of every alert changed after `seq`, ascending; incomplete past `limit` or for a foreign seq. */
  async changedSince(seq: number, limit: number): Promise<{ complete: boolean; alerts: AlertRecord[] }> {
    const { repository } = this.#parts;
    // Another node may have told of changes that are still on their way here.
    const isKnown = seq <= Math.max(this.#mirror.lastSeq, this.#desk?.lastSeq ?? 0);
    if (!isKnown && seq > (await repository.lastSeq())) return { complete: false, alerts: [] };
    const alerts = await repository.changedSince(seq, limit + 1);
    return { complete: alerts.length <= limit, alerts: alerts.slice(0, limit) };
  }

  /** See `AlertRepository`. */
  raisedBetween(fromMs: number, toMs: number): AsyncIterable<AlertRecord> {
    return this.#parts.repository.raisedBetween(fromMs, toMs);
  }

  /** The KPIs of [fromMs, toMs). What is known begins with the first machine. */
  stats(fromMs: number, toMs: number): Promise<AlertStats> {
    let observedSinceMs = Number.POSITIVE_INFINITY;
    for (const { record } of this.#parts.machines.entries()) {
      observedSinceMs = Math.min(observedSinceMs, record.createdAtMs);
    }
    const nowMs = this.#parts.clock.nowMs();
    const { repository, machines } = this.#parts;
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

  /** The same, about values only, and whether somebody has acknowledged it. */
  alarmOf(machineId: string): AlarmState | null {
    return this.#open.alarmOf(machineId);
  }

  /** Active, unshelved, unsuppressed alerts by severity. */
  counts(): Record<Severity, number> {
    return this.#open.counts();
  }

  get #desk(): AlertEngine | null {
    return this.watch.desk;
  }

  get #open(): OpenAlerts {
    return this.#desk?.alerts ?? this.#mirror.open;
  }

  async #order(order: AlertCommand): Promise<AlertRecord> {
    const { line } = this.#parts;
    if (this.#desk !== null) return executeCommand(this.#desk, order);
    if (line === null) throw new AppError('store_unavailable', undefined, { retryAfterSeconds: 3 });
    try {
      return await forwardCommand(line, order);
    } catch (error) {
      // The watch has come here meanwhile. What another has done of it by now is not done twice.
      if (this.#desk === null || !isAppError(error, 'store_unavailable')) throw error;
      return executeCommand(this.#desk, order);
    }
  }

  #heed(event: LiveEvent): void {
    if (event.kind === 'alerts') this.#mirror.take(event.alerts);
    else this.watch.heed(event);
  }
}
