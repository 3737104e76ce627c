// Stores changes of alerts in batches, one after the other, and announces each batch after it is stored.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertMetric } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import { alertEvent, type PresentMachines } from '../alert-view.ts';
import type { LeaderTerm } from '../leader/leadership.ts';
import type { AlertChangeSet, AlertRecord, AlertRepository, EvaluationRecord } from './alert-repository.ts';

/** What people may have to be notified of; null for changes that notify nobody. */
export type NotificationKind = 'raised' | 'escalated' | 'cleared' | null;

/** Changes in one transaction: SQLite writes this many, each with its notification, in about 6 ms. */
const BATCH_SIZE = 32;
/** Past this many unstored changes only the newest of each alert is stored. The bound is then twice the number of alerts. */
const MAX_CHANGES = 10_000;
/** At most this many raises per alert are stored of those that ended before they could be stored; all of them are counted. */
const MAX_EARLIER_RAISES = 100;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** A stop gives up after this many failed attempts, and after this time if the store does not answer. */
const STOP_ATTEMPTS = 3;
const STOP_WITHIN_MS = 1_500;
/** The writer is behind if a change waits longer to be stored. A replay after a takeover reads far more than this again. */
const BEHIND_AFTER_MS = 2_000;

interface Change {
  alert: AlertRecord;
  notification: NotificationKind;
  /** Raises of unstored versions that this one has replaced. */
  earlierRaises: NonNullable<AlertChangeSet['earlierRaises']>;
  /** The same in each attempt: a save whose answer was lost may have succeeded. */
  notificationId: string;
  /** When it was enqueued, by the monotonic clock. */
  enqueuedMs: number;
}
interface Evaluation {
  machineId: string;
  read: () => EvaluationRecord;
}
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
  /** Ascending by seq. */
  #changes: Change[] = [];
  /** Newest versions by alert, which are stored without being announced. */
  readonly #unannounced = new Map<string, AlertRecord>();
  /** By machine and metric. */
  readonly #evaluations = new Map<string, Evaluation>();
  #waiters: Waiter[] = [];
  #saving: Promise<void> | null = null;
  #storedSeq = 0;
  #coalesceAt = MAX_CHANGES;
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
    this.#unannounced.delete(alert.id);
    const enqueuedMs = performance.now();
    this.#changes.push({ alert, notification, earlierRaises: [], notificationId: randomUUID(), enqueuedMs });
    if (this.#changes.length > this.#coalesceAt) this.#coalesce();
    this.#startSaving();
  }

  /** The newest version of an alert if it is not stored yet. */
  newestUnstored(id: string): AlertRecord | undefined {
    return this.#changes.findLast((change) => change.alert.id === id)?.alert;
  }

  /** A change has waited so long that a node that becomes leader now might not evaluate its readings again. */
  get isBehind(): boolean {
    const latestMs = performance.now() - BEHIND_AFTER_MS;
    return this.#changes.some((change) => change.enqueuedMs < latestMs);
  }

  /** A version of an alert to store without announcing it, such as a newer count and peak. */
  enqueueUnannounced(alert: AlertRecord): void {
    this.#unannounced.set(alert.id, alert);
    this.#startSaving();
  }

  /** The evaluation state of a metric is stored with the next changes; `read` is called at that moment. */
  enqueueEvaluation(machineId: string, metric: AlertMetric, read: () => EvaluationRecord): void {
    this.#evaluations.set(`${machineId} ${metric}`, { machineId, read });
  }

  /** Stores evaluation states that were not stored with a change. Called each second. */
  flushEvaluations(): void {
    if (this.#evaluations.size > 0) this.#startSaving();
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
    this.#changes = [];
    this.#unannounced.clear();
    this.#evaluations.clear();
    this.#rejectWaiters(new AppError('deposed'));
    this.#endPause?.();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endPause?.();
    this.flushEvaluations();
    this.#stopDeadline ??= sleep(STOP_WITHIN_MS, undefined, { ref: false }).then(() => {
      if (this.#saving === null) return;
      this.#log.error({ waiting: this.#changes.length }, 'The database does not answer: changes of alerts are dropped');
    });
    await Promise.race([this.whenIdle(), this.#stopDeadline]);
  }

  #startSaving(): void {
    if (this.#saving !== null) return;
    this.#saving = this.#saveAll().finally(() => {
      this.#saving = null;
      if (this.#pending && !this.#stopping) this.#startSaving();
    });
  }

  get #pending(): boolean {
    return this.#changes.length > 0 || this.#unannounced.size > 0;
  }

  async #saveAll(): Promise<void> {
    let attempts = 0;
    // The evaluation of a batch of readings finishes first, so that all its changes are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending || this.#evaluations.size > 0) {
      try {
        await this.#saveBatch();
        attempts = 0;
        if (this.#pending) await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        if (this.#abandoned) return;
        if (isAppError(error, 'deposed')) {
          this.#term.deposed();
          return;
        }
        attempts++;
        this.#log.error(
          { err: error, waiting: this.#changes.length, attempts },
          'Changes of alerts could not be stored',
        );
        this.#rejectWaiters(error);
        if (this.#stopping && attempts >= STOP_ATTEMPTS) return;
        await this.#pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)));
      }
    }
  }

  /** One transaction. What it contains leaves the queue after it succeeded. */
  async #saveBatch(): Promise<void> {
    const changes = this.#changes.slice(0, BATCH_SIZE);
    const unannounced = firstOf(this.#unannounced, BATCH_SIZE);
    const evaluations = this.#evaluationsToSave(changes);
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
    for (const [id, alert] of unannounced) if (this.#unannounced.get(id) === alert) this.#unannounced.delete(id);
    for (const [key, each] of evaluations) if (this.#evaluations.get(key) === each) this.#evaluations.delete(key);
    if (changes.length === 0) return;
    const last = (changes.at(-1) as Change).alert.seq;
    const after = this.#storedSeq;
    this.#storedSeq = last;
    const rest = this.#changes.findIndex((change) => change.alert.seq > last);
    this.#changes.splice(0, rest < 0 ? this.#changes.length : rest);
    this.#bus.publish({ kind: 'alerts', alerts: changes.map((change) => change.alert), after });
    const served = this.#waiters.filter((waiter) => waiter.seq <= last);
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > last);
    for (const waiter of served) waiter.resolve();
  }

  /**
   * Without machines that have a change in a later batch: once their evaluation state is stored, their readings are not
   * evaluated again, and the change would be lost if the process died in between.
   */
  #evaluationsToSave(batch: readonly Change[]): [string, Evaluation][] {
    const laterMachines = new Set(this.#changes.slice(batch.length).map((change) => change.alert.machineId));
    const found: [string, Evaluation][] = [];
    for (const entry of this.#evaluations) {
      if (found.length === 2 * BATCH_SIZE) break;
      if (!laterMachines.has(entry[1].machineId)) found.push(entry);
    }
    return found;
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

  #coalesce(): void {
    const newest = new Map<string, Change>();
    for (const change of this.#changes) {
      const before = newest.get(change.alert.id);
      newest.delete(change.alert.id);
      // A change without notification does not replace the notification of an earlier one.
      newest.set(change.alert.id, {
        ...change,
        notification: change.notification ?? before?.notification ?? null,
        earlierRaises: before === undefined ? change.earlierRaises : earlierRaises(before, change),
        enqueuedMs: before?.enqueuedMs ?? change.enqueuedMs,
      });
    }
    this.#changes = [...newest.values()];
    // Coalescing again with each further change would take quadratic time.
    this.#coalesceAt = Math.max(MAX_CHANGES, 2 * this.#changes.length);
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

const raiseOf = ({ id, raise }: AlertRecord) => ({ alertId: id, raise });

function earlierRaises(before: Change, after: Change): Change['earlierRaises'] {
  const ended = before.alert.raise.number === after.alert.raise.number ? [] : [raiseOf(before.alert)];
  return [...before.earlierRaises, ...ended, ...after.earlierRaises].slice(-MAX_EARLIER_RAISES);
}

/** Without copying all entries: thousands may wait. */
function firstOf<K, V>(entries: ReadonlyMap<K, V>, count: number): [K, V][] {
  const first: [K, V][] = [];
  for (const entry of entries) {
    if (first.length === count) break;
    first.push(entry);
  }
  return first;
}

const storeUnavailable = (cause: unknown) =>
  new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: 5 });
