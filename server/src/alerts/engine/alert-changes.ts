// Numbers every change of an alert, keeps the open ones and the shelves in step, and hands the change on to be stored.

import type { ProcessMetrics } from '../../process-metrics.ts';
import { isActive, isClosed, keyOf, type Shelf, shelvedAlert, unshelvedAlert } from '../rules/alert-lifecycle.ts';
import type { AlertRecord, EvaluationRecord } from '../store/alert-repository.ts';
import type { AlertWriter, NotificationKind } from '../store/alert-writer.ts';
import { OpenAlerts } from './open-alerts.ts';
import { Shelves } from './shelves.ts';

export class AlertChanges {
  readonly open = new OpenAlerts();
  readonly #shelves = new Shelves();
  readonly #queue: AlertWriter;
  readonly #metrics: ProcessMetrics;
  #seq = 0;
  #counting = false;

  get lastSeq(): number {
    return this.#seq;
  }

  constructor(queue: AlertWriter, metrics: ProcessMetrics) {
    this.#queue = queue;
    this.#metrics = metrics;
  }

  /** `stored`: every alert that is open or shelved. */
  start(lastSeq: number, stored: Iterable<AlertRecord>): void {
    this.#seq = lastSeq;
    this.#queue.start(lastSeq);
    for (const alert of stored) {
      this.open.put(alert);
      this.#shelves.note(alert);
      const shelf = shelfOf(alert);
      if (shelf !== null && !isClosed(alert)) this.#shelves.put(keyOf(alert), shelf);
    }
    this.#countSoon();
  }

  /**
   * One change; returns the alert with its new number. What is silent by design tells nobody. `annunciates`: people have
   * to hear of it.
   */
  change(
    alert: AlertRecord,
    notification: NotificationKind,
    annunciates = notification === 'raised' || notification === 'escalated',
  ): AlertRecord {
    const silent = alert.state === 'suppressed' || alert.shelvedUntilMs !== null || alert.late;
    const numbered = numberedChange(alert, ++this.#seq, annunciates && !silent);
    this.open.put(numbered);
    const relieved = this.#shelves.note(numbered);
    if (relieved !== null) this.#queue.touch(unshelvedAlert(relieved, relieved.updatedAtMs));
    this.#queue.push(numbered, silent ? null : notification);
    this.#countSoon();
    return numbered;
  }

  /** Newer figures of an open alert, and up to where they count: stored, not announced. */
  touch(alert: AlertRecord, counted: EvaluationRecord): void {
    this.open.put(alert);
    this.#queue.touch(alert);
    this.#queue.noteEvaluation(`${counted.machineId} ${counted.metric}`, () => counted);
  }

  /** A new alert of a shelved condition is born on the shelf. */
  onShelf(alert: AlertRecord): AlertRecord {
    const shelf = this.#shelves.of(keyOf(alert));
    return shelf === null ? alert : shelvedAlert(alert, shelf, alert.updatedAtMs);
  }

  shelve(alert: AlertRecord, shelf: Shelf, atMs: number): AlertRecord {
    this.#shelves.put(keyOf(alert), shelf);
    return this.change(shelvedAlert(alert, shelf, atMs), null);
  }

  /** Ends the shelf of a condition; every alert that carried it changes, and an active one is told again. */
  unshelve(key: string, atMs: number): void {
    const carried = this.#shelves.take(key);
    if (carried !== null) this.change(unshelvedAlert(carried, atMs), null);
    const current = this.open.byKey(key);
    if (current === undefined || current.shelvedUntilMs === null) return;
    const notification = current.state === 'active_unacked' ? 'raised' : null;
    this.change(unshelvedAlert(current, atMs), notification, isActive(current));
  }

  endDueShelves(nowMs: number): void {
    for (const key of this.#shelves.due(nowMs)) this.unshelve(key, nowMs);
  }

  /** Once for all changes of a batch. */
  #countSoon(): void {
    if (this.#counting) return;
    this.#counting = true;
    queueMicrotask(() => this.#count());
  }

  #count(): void {
    this.#counting = false;
    for (const [severity, count] of Object.entries(this.open.counts())) {
      this.#metrics.alertsActive.set({ severity }, count);
    }
  }
}

function numberedChange(alert: AlertRecord, seq: number, annunciates: boolean): AlertRecord {
  const { raise } = alert;
  return {
    ...alert,
    seq,
    annunciatedSeq: annunciates ? seq : alert.annunciatedSeq,
    raise: {
      ...raise,
      seq: raise.seq === 0 ? seq : raise.seq,
      annunciatedAtMs: raise.annunciatedAtMs ?? (annunciates ? alert.updatedAtMs : null),
    },
  };
}

function shelfOf(alert: AlertRecord): Shelf | null {
  if (alert.shelvedUntilMs === null) return null;
  return { untilMs: alert.shelvedUntilMs, by: alert.shelvedBy ?? '', reason: alert.shelveReason ?? '' };
}
