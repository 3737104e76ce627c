// All open alerts and the state of every condition, in memory; every change is stored, then announced.

import type { AlarmState, AlertStats, Severity } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { LiveBus, LiveEvent } from '../live/live-bus.ts';
import type { Logger } from '../log.ts';
import type { MachineDirectory } from '../machines/machine-directory.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { SettingBook } from '../settings/setting-book.ts';
import { AlertLedger } from './alert-ledger.ts';
import { acknowledgedAlert, isClosed, keyOf } from './alert-lifecycle.ts';
import type { AlertQuery, AlertRecord, AlertRepository } from './alert-repository.ts';
import { computeAlertStats } from './alert-stats.ts';
import { ChangeQueue } from './change-queue.ts';
import { checkShelf } from './shelving.ts';
import { Watchkeeper } from './watchkeeper.ts';

const TICK_MS = 1000;
const SHELVED_PAGE = 1000;

export interface AlertBookParts {
  repository: AlertRepository;
  machines: MachineDirectory;
  settings: SettingBook;
  bus: LiveBus;
  clock: Clock;
  metrics: ProcessMetrics;
  log: Logger;
}

/** What people and the edges ask of alerts. The watching itself is `Watchkeeper`'s. */
export class AlertBook {
  readonly #parts: AlertBookParts;
  readonly #queue: ChangeQueue;
  readonly #ledger: AlertLedger;
  readonly #watchkeeper: Watchkeeper;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: AlertBookParts) {
    this.#parts = parts;
    this.#queue = new ChangeQueue(parts);
    this.#ledger = new AlertLedger(this.#queue, parts.metrics);
    this.#watchkeeper = new Watchkeeper({ ...parts, queue: this.#queue, ledger: this.#ledger });
  }

  /** After the machine directory: every machine's newest reading is evaluated unless it was before the last stop. */
  async start(): Promise<void> {
    const { repository } = this.#parts;
    const [open, shelved, evaluations, lastSeq] = await Promise.all([
      repository.open(),
      this.#shelvedAlerts(),
      repository.evaluations(),
      repository.lastSeq(),
    ]);
    this.#ledger.start(lastSeq, new Map([...shelved, ...open].map((alert) => [alert.id, alert])).values());
    this.#watchkeeper.start(evaluations);
    this.#unsubscribe = this.#parts.bus.subscribe((event) => this.#heed(event));
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Waits until every change is stored, or until a few tries have failed. */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#queue.stop();
    await this.#watchkeeper.settled();
    await this.#queue.stop();
  }

  /** Hot path, synchronous: evaluates stored readings; what changes is stored and then published in order. */
  evaluate(stored: ReadingColumns): void {
    this.#watchkeeper.evaluate(stored);
  }

  /** What is due by the clock: the end of shelves, silence, figures. Called each second. */
  tick(): void {
    this.#ledger.endDueShelves(this.#parts.clock.nowMs());
    this.#watchkeeper.tick();
    this.#queue.flushEvaluations();
  }

  /** Resolves when every change so far is stored and published. */
  async settled(): Promise<void> {
    await this.#watchkeeper.settled();
    await this.#queue.settled();
  }

  /** Rejects with `not_found`, `invalid_state` (suppressed); acknowledging twice answers the alert as it is. */
  async acknowledge(id: string, by: string, note: string | null): Promise<AlertRecord> {
    const alert = await this.#find(id);
    if (alert.state === 'suppressed')
      throw new AppError('invalid_state', 'A suppressed alert needs no acknowledgement');
    const done = isClosed(alert) || alert.state === 'active_acked';
    const nowMs = this.#parts.clock.nowMs();
    const changed = done ? alert : this.#ledger.change(acknowledgedAlert(alert, by, note, nowMs), null);
    await this.#queue.stored(changed.seq);
    return changed;
  }

  /** Rejects with `not_found`, `invalid_state` (closed), `validation_failed` (over 24 h, or in the past). */
  async shelve(id: string, by: string, untilMs: number, reason: string): Promise<AlertRecord> {
    const nowMs = this.#parts.clock.nowMs();
    checkShelf(untilMs, nowMs);
    const alert = await this.#find(id);
    if (isClosed(alert)) throw new AppError('invalid_state', 'A closed alert cannot be shelved');
    const changed = this.#ledger.shelve(alert, { untilMs, by, reason }, nowMs);
    await this.#queue.stored(changed.seq);
    return changed;
  }

  /** Ends the shelf of the alert's condition; an alert that is on none is answered as it is. */
  async unshelve(id: string): Promise<AlertRecord> {
    const alert = await this.#find(id);
    if (alert.shelvedUntilMs === null) return alert;
    this.#ledger.unshelve(keyOf(alert), this.#parts.clock.nowMs());
    await this.#queue.stored(this.#ledger.lastSeq);
    return this.#find(id);
  }

  /** Rejects with `not_found`. */
  get(id: string): Promise<AlertRecord> {
    return this.#find(id);
  }

  /** Newest raised first; counts and peaks of active alerts are those of this moment. */
  async page(query: AlertQuery): Promise<{ alerts: AlertRecord[]; nextCursor: string | null }> {
    const { alerts, nextCursor } = await this.#parts.repository.page(query);
    return { alerts: alerts.map((alert) => this.#watchkeeper.withFigures(alert)), nextCursor };
  }

  /** The newest version of every alert changed after `seq`, ascending; incomplete past `limit` or for a foreign seq. */
  async changedSince(seq: number, limit: number): Promise<{ complete: boolean; alerts: AlertRecord[] }> {
    if (seq > this.#ledger.lastSeq) return { complete: false, alerts: [] };
    const alerts = await this.#parts.repository.changedSince(seq, limit + 1);
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
    return this.#ledger.open.severityOf(machineId);
  }

  /** The same, about values only, and whether somebody has acknowledged it. */
  alarmOf(machineId: string): AlarmState | null {
    return this.#ledger.open.alarmOf(machineId);
  }

  /** Active, unshelved, unsuppressed alerts by severity. */
  counts(): Record<Severity, number> {
    return this.#ledger.open.counts();
  }

  async #find(id: string): Promise<AlertRecord> {
    // A closed alert is no longer in memory, but its last change may still wait to be stored.
    const known = this.#ledger.open.get(id) ?? this.#queue.waiting(id);
    const alert = known ?? (await this.#parts.repository.byId(id));
    if (alert === null) throw new AppError('not_found', 'There is no such alert');
    return this.#watchkeeper.withFigures(alert);
  }

  async #shelvedAlerts(): Promise<AlertRecord[]> {
    const found: AlertRecord[] = [];
    let cursor: string | null = null;
    do {
      const query: AlertQuery = { shelved: true, limit: SHELVED_PAGE, ...(cursor === null ? {} : { cursor }) };
      const page = await this.#parts.repository.page(query);
      found.push(...page.alerts);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  #heed(event: LiveEvent): void {
    if (event.kind === 'config') this.#watchkeeper.rulesChanged();
    else if (event.kind === 'limits') this.#watchkeeper.rulesChanged();
    else if (event.kind === 'machine_status' && event.status !== undefined) {
      for (const machineId of event.machineIds) this.#watchkeeper.machineChanged(machineId);
    } else if (event.kind === 'machine' && event.change === 'deleted')
      this.#watchkeeper.machineDeleted(event.machineId);
    else if (event.kind === 'machine') this.#watchkeeper.machineChanged(event.machineId);
  }
}
