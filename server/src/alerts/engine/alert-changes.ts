// Numbers every change of an alert, updates the open alerts and the shelves, and passes the change to the alert writer.

import type { ProcessMetrics } from '../../process-metrics.ts';
import {
  isActive,
  isClosed,
  keyOf,
  type Shelf,
  shelfOf,
  shelvedAlert,
  unshelvedAlert,
} from '../rules/alert-lifecycle.ts';
import type { AlertQuery, AlertRecord, AlertRepository, EvaluationRecord } from '../store/alert-repository.ts';
import type { AlertWriter } from '../store/alert-writer.ts';
import type { NotificationKind } from '../store/unstored-changes.ts';
import { OpenAlerts } from './open-alerts.ts';
import { Shelves } from './shelves.ts';

const SHELVED_PAGE = 1000;

export class AlertChanges {
  readonly open = new OpenAlerts();
  readonly #shelves = new Shelves();
  readonly #writer: AlertWriter;
  readonly #metrics: ProcessMetrics;
  #lastSeq = 0;
  #isGaugeUpdateDue = false;

  constructor(writer: AlertWriter, metrics: ProcessMetrics) {
    this.#writer = writer;
    this.#metrics = metrics;
  }

  /** Loads every alert that is open or shelved. `known`: the open ones as they are stored, null if they must be read. */
  async load(repository: AlertRepository, known: readonly AlertRecord[] | null): Promise<void> {
    const [open, shelved, lastSeq] = await Promise.all([
      known ?? repository.open(),
      shelvedAlerts(repository),
      repository.lastSeq(),
    ]);
    this.#lastSeq = lastSeq;
    this.#writer.start(lastSeq);
    for (const alert of new Map([...shelved, ...open].map((each) => [each.id, each])).values()) {
      this.open.put(alert);
      this.#shelves.updateCarrier(alert);
      const shelf = shelfOf(alert);
      if (shelf !== null && !isClosed(alert)) this.#shelves.set(keyOf(alert), shelf);
    }
    this.#updateGaugeSoon();
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Makes one change. A suppressed, shelved or late alert notifies nobody.
   *
   * @param annunciates whether the change is annunciated to people
   * @returns the alert with the number of the change
   */
  change(
    alert: AlertRecord,
    notification: NotificationKind,
    annunciates = notification === 'raised' || notification === 'escalated',
  ): AlertRecord {
    const silent = alert.state === 'suppressed' || alert.shelvedUntilMs !== null || alert.late;
    const numbered = numberedChange(alert, ++this.#lastSeq, annunciates && !silent);
    this.open.put(numbered);
    const former = this.#shelves.updateCarrier(numbered);
    if (former !== null) this.#writer.enqueueUnannounced(unshelvedAlert(former, former.updatedAtMs));
    this.#writer.enqueue(numbered, silent ? null : notification);
    this.#updateGaugeSoon();
    return numbered;
  }

  /** Newer count and peak of an open alert, with the evaluation state that belongs to them: stored, not announced. */
  updateFigures(alert: AlertRecord, evaluation: EvaluationRecord): void {
    this.open.put(alert);
    this.#writer.enqueueUnannounced(alert);
    this.#writer.enqueueEvaluation(evaluation.machineId, evaluation.metric, () => evaluation);
  }

  /** A new alert, which is shelved if its condition is. */
  withShelf(alert: AlertRecord): AlertRecord {
    const shelf = this.#shelves.get(keyOf(alert));
    return shelf === null ? alert : shelvedAlert(alert, shelf, alert.updatedAtMs);
  }

  shelve(alert: AlertRecord, shelf: Shelf, atMs: number): AlertRecord {
    this.#shelves.set(keyOf(alert), shelf);
    return this.change(shelvedAlert(alert, shelf, atMs), null);
  }

  /** Ends the shelf of a condition. An alert that is still active is annunciated again. */
  unshelve(key: string, atMs: number): void {
    const carrier = this.#shelves.remove(key);
    if (carrier !== null) this.change(unshelvedAlert(carrier, atMs), null);
    const current = this.open.byKey(key);
    if (current === undefined || current.shelvedUntilMs === null) return;
    const notification = current.state === 'active_unacked' ? 'raised' : null;
    this.change(unshelvedAlert(current, atMs), notification, isActive(current));
  }

  /** Called each second. */
  endDueShelves(nowMs: number): void {
    for (const key of this.#shelves.due(nowMs)) this.unshelve(key, nowMs);
  }

  /** Once for all changes of a batch. */
  #updateGaugeSoon(): void {
    if (this.#isGaugeUpdateDue) return;
    this.#isGaugeUpdateDue = true;
    queueMicrotask(() => this.#updateGauge());
  }

  #updateGauge(): void {
    this.#isGaugeUpdateDue = false;
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

/** Closed ones included, because a shelf can outlast its alert. */
async function shelvedAlerts(repository: AlertRepository): Promise<AlertRecord[]> {
  const found: AlertRecord[] = [];
  let cursor: string | null = null;
  do {
    const query: AlertQuery = { shelved: true, limit: SHELVED_PAGE, ...(cursor === null ? {} : { cursor }) };
    const page = await repository.page(query);
    found.push(...page.alerts);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
