// Stores changes of alerts in batches, one after the other, and announces each batch after it is stored.

import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertMetric } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import { alertEvent, type PresentMachines } from '../alert-view.ts';
import type { LeaderTerm } from '../leader/leadership.ts';
import type { AlertChangeSet, AlertRecord, AlertRepository, EvaluationRecord } from './alert-repository.ts';
import { type Change, type NotificationKind, raiseOf, UnstoredChanges } from './unstored-changes.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** A stop gives up after this many failed attempts, and after this time if the store does not answer. */
const STOP_ATTEMPTS = 3;
const STOP_WITHIN_MS = 1_500;
/** The writer is behind if a change waits longer to be stored. A replay after a takeover reads far more than this again. */
const BEHIND_AFTER_MS = 2_000;

interface Waiter {
  seq: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class AlertWriter {
  readonly #repository: AlertRepository;
  readonly #machines: PresentMachines;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #term: Pick<LeaderTerm, 'epoch' | 'deposed'>;
  readonly #unstored = new UnstoredChanges();
  #waiters: Waiter[] = [];
  #saving: Promise<void> | null = null;
  #storedSeq = 0;
  #stopping = false;
  #abandoned = false;
  #endPause: (() => void) | null = null;
  /** From the first call of `stop` on. */
  #stopDeadline: Promise<void> | null = null;

  constructor(deps: {
    repository: AlertRepository;
    machines: PresentMachines;
    bus: EventBus;
    clock: Clock;
    log: Logger;
    term: Pick<LeaderTerm, 'epoch' | 'deposed'>;
  }) {
    this.#repository = deps.repository;
    this.#machines = deps.machines;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#term = deps.term;
  }

  /** `storedSeq`: the number of the newest stored change. */
  start(storedSeq: number): void {
    this.#storedSeq = storedSeq;
  }

  /** A change to store and announce; `alert.seq` grows from call to call. */
  enqueue(alert: AlertRecord, notification: NotificationKind): void {
    if (this.#abandoned) return;
    this.#unstored.add(alert, notification);
    this.#startSaving();
  }

  /** The newest version of an alert if it is not stored yet. */
  newestUnstored(id: string): AlertRecord | undefined {
    return this.#unstored.newest(id);
  }

  /** A change has waited so long that a node that becomes leader now might not evaluate its readings again. */
  get isBehind(): boolean {
    return this.#unstored.hasOlderThan(BEHIND_AFTER_MS);
  }

  /** A version of an alert to store without announcing it, such as a newer count and peak. */
  enqueueUnannounced(alert: AlertRecord): void {
    this.#unstored.addUnannounced(alert);
    this.#startSaving();
  }

  /** The evaluation state of a metric is stored with the next changes; `read` is called at that moment. */
  enqueueEvaluation(machineId: string, metric: AlertMetric, read: () => EvaluationRecord): void {
    this.#unstored.addEvaluation(machineId, metric, read);
  }

  /** Stores evaluation states that were not stored with a change. Called each second. */
  flushEvaluations(): void {
    if (this.#unstored.hasEvaluations) this.#startSaving();
  }

  /** Resolves when the change `seq` is stored and announced; rejects with `store_unavailable` when an attempt failed. */
  whenStored(seq: number): Promise<void> {
    if (seq <= this.#storedSeq) return Promise.resolve();
    if (this.#abandoned) return Promise.reject(storeUnavailable(new AppError('deposed')));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
    });
  }

  /** Resolves when everything is stored, or saving was given up. */
  async whenIdle(): Promise<void> {
    while (this.#saving !== null) await this.#saving;
  }

  /** Another node is leader: what is not stored by now is dropped, and every `whenStored` rejects. */
  abandon(): void {
    this.#abandoned = true;
    this.#stopping = true;
    this.#unstored.clear();
    this.#rejectWaiters(new AppError('deposed'));
    this.#endPause?.();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endPause?.();
    this.flushEvaluations();
    this.#stopDeadline ??= sleep(STOP_WITHIN_MS, undefined, { ref: false }).then(() => {
      if (this.#saving === null) return;
      this.#log.error(
        { waiting: this.#unstored.changeCount },
        'The database does not answer: changes of alerts are dropped',
      );
    });
    await Promise.race([this.whenIdle(), this.#stopDeadline]);
  }

  #startSaving(): void {
    if (this.#saving !== null) return;
    this.#saving = this.#saveAll().finally(() => {
      this.#saving = null;
      if (this.#unstored.hasAlerts && !this.#stopping) this.#startSaving();
    });
  }

  async #saveAll(): Promise<void> {
    let attempts = 0;
    // The evaluation of a batch of readings finishes first, so that all its changes are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#unstored.hasAlerts || this.#unstored.hasEvaluations) {
      try {
        await this.#saveBatch();
        attempts = 0;
        if (this.#unstored.hasAlerts) await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        if (this.#abandoned) return;
        if (isAppError(error, 'deposed')) {
          this.#term.deposed();
          return;
        }
        attempts++;
        this.#log.error(
          { err: error, waiting: this.#unstored.changeCount, attempts },
          'Changes of alerts could not be stored',
        );
        this.#rejectWaiters(error);
        if (this.#stopping && attempts >= STOP_ATTEMPTS) return;
        await this.#pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)));
      }
    }
  }

  /** One transaction. Its changes are announced after it succeeded. */
  async #saveBatch(): Promise<void> {
    const batch = this.#unstored.nextBatch();
    const { changes, unannounced, evaluations } = batch;
    const alerts = new Map<string, AlertRecord>();
    for (const { alert } of changes) alerts.set(alert.id, alert);
    for (const [id, alert] of unannounced) if (alert.seq >= (alerts.get(id)?.seq ?? 0)) alerts.set(id, alert);
    await this.#repository.save(
      {
        alerts: [...alerts.values()].sort((a, b) => a.seq - b.seq),
        earlierRaises: changes.flatMap((change) => [...change.earlierRaises, raiseOf(change.alert)]),
        evaluations: evaluations.map(([, { read }]) => read()),
        notifications: this.#notificationsFor(changes),
      },
      this.#term.epoch,
    );
    this.#unstored.remove(batch);
    const last = changes.at(-1);
    if (last === undefined) return;
    const after = this.#storedSeq;
    this.#storedSeq = last.alert.seq;
    this.#bus.publish({ kind: 'alerts', alerts: changes.map((change) => change.alert), after });
    const served = this.#waiters.filter((waiter) => waiter.seq <= last.alert.seq);
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > last.alert.seq);
    for (const waiter of served) waiter.resolve();
  }

  #notificationsFor(changes: readonly Change[]): AlertChangeSet['notifications'] {
    return changes
      .filter((change) => change.notification !== null)
      .map(({ alert, notification, notificationId }) => ({
        id: notificationId,
        alertId: alert.id,
        kind: `alert.${notification}`,
        payload: JSON.stringify(alertEvent(alert, this.#machines)),
        createdAtMs: this.#clock.nowMs(),
      }));
  }

  #rejectWaiters(cause: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      waiter.reject(storeUnavailable(cause));
    }
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      timer.unref();
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const storeUnavailable = (cause: unknown) =>
  new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: 5 });
