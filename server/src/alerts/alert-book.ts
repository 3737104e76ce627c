// What people and the edges ask of alerts: on the node that keeps watch its desk answers, on others the mirror and the line.

import type { AlarmState, AlertStats, Severity } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError, isAppError } from '../errors.ts';
import type { LiveBus, LiveEvent } from '../live/live-bus.ts';
import type { NodeLine } from '../live/node-line.ts';
import type { Logger } from '../log.ts';
import type { MachineDirectory } from '../machines/machine-directory.ts';
import type { WatchDuty, WatchTerm } from '../nodes/leadership.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { SettingBook } from '../settings/setting-book.ts';
import { AlertDesk } from './alert-desk.ts';
import { AlertMirror } from './alert-mirror.ts';
import { type AlertOrder, outcomeOf, sendOrder } from './alert-orders.ts';
import type { AlertQuery, AlertRecord, AlertRepository } from './alert-repository.ts';
import { computeAlertStats } from './alert-stats.ts';
import type { OpenAlerts } from './open-alerts.ts';
import { WatchPositions } from './watch-positions.ts';

const TICK_MS = 1000;
const RETRY_MS = 1000;

export interface AlertBookParts {
  repository: AlertRepository;
  machines: MachineDirectory;
  settings: SettingBook;
  readings: Pick<ReadingStore, 'latest' | 'raw'>;
  /** To the other nodes; null where there are none. */
  line: NodeLine | null;
  bus: LiveBus;
  clock: Clock;
  metrics: ProcessMetrics;
  log: Logger;
}

export class AlertBook implements WatchDuty {
  readonly #parts: AlertBookParts;
  readonly #mirror: AlertMirror;
  readonly #positions = new WatchPositions();
  /** While this node keeps watch. */
  #desk: AlertDesk | null = null;
  /** Until it has taken up what is stored: it keeps what comes in, and nothing may be asked of it. */
  #opening: AlertDesk | null = null;
  #startedAtMs = 0;
  #isCutOff = false;
  #beginning: Promise<void> = Promise.resolve();
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: AlertBookParts) {
    this.#parts = parts;
    this.#mirror = new AlertMirror(parts.repository);
  }

  /** After the machine directory, before `take`. */
  async start(): Promise<void> {
    const { bus, clock, line } = this.#parts;
    this.#startedAtMs = clock.nowMs();
    await this.#mirror.start();
    this.#unsubscribe = bus.subscribe((event) => this.#heed(event));
    line?.answer(async (question) => {
      const desk = this.#desk;
      return desk === null ? undefined : outcomeOf(carryOut(desk, question as AlertOrder));
    });
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** After `finish`. */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.finish();
  }

  /** Resolves when the alerts are taken up; what was stored meanwhile is evaluated after that. */
  async take(term: WatchTerm): Promise<void> {
    const { bus } = this.#parts;
    // Stored by who kept watch before, who then died before telling.
    const missed = await this.#mirror.missed();
    if (missed.length > 0) bus.publish({ kind: 'alerts', alerts: missed });
    const observedSinceMs = this.#startedAtMs;
    const desk = new AlertDesk({ ...this.#parts, term, positions: this.#positions, observedSinceMs });
    this.#opening = desk;
    await desk.open();
    if (this.#opening !== desk) return;
    this.#opening = null;
    this.#use(desk);
    desk.cutOff(this.#isCutOff);
    this.#beginning = this.#begin(desk);
  }

  /** Until the store of readings lets it. */
  async #begin(desk: AlertDesk): Promise<void> {
    while (this.#desk === desk) {
      try {
        await desk.begin();
        return;
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'What was stored while nobody kept watch cannot be read yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  async leave(): Promise<void> {
    for (const desk of [this.#opening, this.#desk]) desk?.abandon();
    this.#opening = null;
    this.#use(null);
  }

  /** Waits until every change is stored, or until a few tries have failed. */
  async finish(): Promise<void> {
    this.#opening?.abandon();
    this.#opening = null;
    const desk = this.#desk;
    await desk?.finish();
    if (this.#desk === desk) this.#use(null);
  }

  get isUpToDate(): boolean {
    return this.#desk?.isUpToDate ?? false;
  }

  kept(): void {
    this.#positions.kept(this.#parts.machines.entries(), this.#parts.clock.nowMs());
  }

  /** While other nodes' readings do not come in, the desk reads all of them from the store: see `catchUp`. */
  cutOff(isCutOff: boolean): void {
    this.#isCutOff = isCutOff;
    this.#desk?.cutOff(isCutOff);
  }

  /** On the node that keeps watch: evaluates what other nodes stored and could not tell. Rejects as the store does. */
  async catchUp(): Promise<void> {
    await this.#desk?.catchUp();
  }

  /** See `AlertMirror`. */
  get mirror(): AlertMirror {
    return this.#mirror;
  }

  /** Hot path, synchronous: evaluates stored readings; what changes is stored and then published in order. */
  evaluate(stored: ReadingColumns): void {
    (this.#desk ?? this.#opening)?.evaluate(stored);
  }

  /** What is due by the clock: the end of shelves, silence, figures. Called each second. */
  tick(): void {
    this.#desk?.tick();
  }

  /** Resolves when every change so far is stored and published. */
  async settled(): Promise<void> {
    await this.#beginning;
    await this.#desk?.settled();
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

  /** All alerts raised in [fromMs, toMs), ascending. */
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
    return computeAlertStats(this.raisedBetween(fromMs, toMs), { fromMs, toMs, observedSinceMs, nowMs });
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

  #use(desk: AlertDesk | null): void {
    this.#desk = desk;
    this.#parts.metrics.keepsWatch.set(desk === null ? 0 : 1);
  }

  get #open(): OpenAlerts {
    return this.#desk?.alerts ?? this.#mirror.open;
  }

  async #order(order: AlertOrder): Promise<AlertRecord> {
    const { line } = this.#parts;
    if (this.#desk !== null) return carryOut(this.#desk, order);
    if (line === null) throw new AppError('store_unavailable', undefined, { retryAfterSeconds: 3 });
    try {
      return await sendOrder(line, order);
    } catch (error) {
      // The watch has come here meanwhile. What another has done of it by now is not done twice.
      if (this.#desk === null || !isAppError(error, 'store_unavailable')) throw error;
      return carryOut(this.#desk, order);
    }
  }

  #heed(event: LiveEvent): void {
    if (event.kind === 'alerts') this.#mirror.take(event.alerts);
    else this.#desk?.heed(event);
  }
}

function carryOut(desk: AlertDesk, order: AlertOrder): Promise<AlertRecord> {
  switch (order.action) {
    case 'acknowledge':
      return desk.acknowledge(order.id, order.by, order.note);
    case 'shelve':
      return desk.shelve(order.id, order.by, order.untilMs, order.reason);
    case 'unshelve':
      return desk.unshelve(order.id);
  }
}
