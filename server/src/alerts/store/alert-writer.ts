// Stores changes of alerts one round after the other, then announces them: nothing is announced that is not stored.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { LeaderTerm } from '../../cluster/leadership.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import { alertEvent, type PresentMachines } from '../alert-view.ts';
import type { AlertChangeSet, AlertRecord, AlertRepository, EvaluationRecord } from './alert-repository.ts';

/** Why people may have to be told; null for changes that stay silent. */
export type NotificationKind = 'raised' | 'escalated' | 'cleared' | null;

/** Changes in one transaction: SQLite writes this many, each with its notification, in some 6 ms. */
const ROUND_SIZE = 32;
/** Past this many waiting changes only the newest of each alert is kept: twice the alerts that exist are the bound. */
const MAX_CHANGES = 10_000;
/** Of raises that ended before they could be stored, this many of each alert are kept; how many there were is counted. */
const MAX_EARLIER_RAISES = 100;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** A stop that cannot save gives up after this many attempts, and after this long where the store does not answer. */
const STOP_ATTEMPTS = 3;
const STOP_WITHIN_MS = 1_500;
/** A change that waits longer to be stored is no longer just on its way: far less than what a catch-up reads again. */
const BEHIND_AFTER_MS = 2_000;

interface Change {
  alert: AlertRecord;
  notification: NotificationKind;
  /** Raises of versions that this one has taken the place of. */
  earlierRaises: NonNullable<AlertChangeSet['earlierRaises']>;
  /** The same at each try: a save whose answer was lost may have succeeded. */
  notificationId: string;
  /** Since when it waits, by the clock of the process. */
  sinceMs: number;
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
  /** Alerts whose figures moved without a change worth telling. */
  readonly #touched = new Map<string, AlertRecord>();
  readonly #evaluations = new Map<string, () => EvaluationRecord>();
  #waiters: Waiter[] = [];
  #running: Promise<void> | null = null;
  #storedSeq = 0;
  #coalesceAt = MAX_CHANGES;
  #stopping = false;
  #abandoned = false;
  #wake: (() => void) | null = null;
  /** From the first call of `stop` on. */
  #stopTime: Promise<void> | null = null;

  constructor(parts: {
    repository: AlertRepository;
    machines: PresentMachines;
    bus: EventBus;
    clock: Clock;
    log: Logger;
    term: Pick<LeaderTerm, 'epoch' | 'deposed'>;
  }) {
    this.#repository = parts.repository;
    this.#machines = parts.machines;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#term = parts.term;
  }

  /** The number that the newest stored change has. */
  start(storedSeq: number): void {
    this.#storedSeq = storedSeq;
  }

  /** A change to store and announce; `alert.seq` grows from call to call. */
  push(alert: AlertRecord, notification: NotificationKind): void {
    if (this.#abandoned) return;
    this.#touched.delete(alert.id);
    const sinceMs = performance.now();
    this.#changes.push({ alert, notification, earlierRaises: [], notificationId: randomUUID(), sinceMs });
    if (this.#changes.length > this.#coalesceAt) this.#coalesce();
    this.#run();
  }

  /** The newest version of an alert that is not stored yet. */
  waiting(id: string): AlertRecord | undefined {
    return this.#changes.findLast((change) => change.alert.id === id)?.alert;
  }

  /** Some change has waited so long that a node which takes over now would not evaluate its readings again. */
  get isBehind(): boolean {
    const latestMs = performance.now() - BEHIND_AFTER_MS;
    return this.#changes.some((change) => change.sinceMs < latestMs);
  }

  /** Stores figures of an alert without announcing them. */
  touch(alert: AlertRecord): void {
    this.#touched.set(alert.id, alert);
    this.#run();
  }

  /** Stores where an evaluation stands, in the next round; `read` is asked at that moment. `key`: machine, space, metric. */
  noteEvaluation(key: string, read: () => EvaluationRecord): void {
    this.#evaluations.set(key, read);
  }

  /** Starts a round for evaluations that no change took along. */
  flushEvaluations(): void {
    if (this.#evaluations.size > 0) this.#run();
  }

  /** Resolves when the change `seq` is stored and announced; rejects with `store_unavailable` when a try failed. */
  stored(seq: number): Promise<void> {
    if (seq <= this.#storedSeq) return Promise.resolve();
    if (this.#abandoned) return Promise.reject(notNow(new AppError('deposed')));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
    });
  }

  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Another node keeps watch: what is not stored by now never will be, and who waits for it is told. */
  abandon(): void {
    this.#abandoned = true;
    this.#stopping = true;
    this.#changes = [];
    this.#touched.clear();
    this.#evaluations.clear();
    this.#rejectWaiters(new AppError('deposed'));
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    this.flushEvaluations();
    this.#stopTime ??= sleep(STOP_WITHIN_MS, undefined, { ref: false }).then(() => {
      if (this.#running === null) return;
      this.#log.error({ waiting: this.#changes.length }, 'The store does not answer: changes of alerts are given up');
    });
    await Promise.race([this.settled(), this.#stopTime]);
  }

  #run(): void {
    if (this.#running !== null) return;
    this.#running = this.#work().finally(() => {
      this.#running = null;
      if (this.#pending && !this.#stopping) this.#run();
    });
  }

  get #pending(): boolean {
    return this.#changes.length > 0 || this.#touched.size > 0;
  }

  async #work(): Promise<void> {
    let attempts = 0;
    // The caller of the hot path finishes its batch first: one round for all of it.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending || this.#evaluations.size > 0) {
      try {
        await this.#round();
        attempts = 0;
        if (this.#pending) await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        if (this.#abandoned) return;
        if (isAppError(error, 'deposed')) {
          this.#term.deposed();
          return;
        }
        attempts++;
        this.#log.error({ err: error, waiting: this.#changes.length, attempts }, 'Changes of alerts were not stored');
        this.#rejectWaiters(error);
        if (this.#stopping && attempts >= STOP_ATTEMPTS) return;
        await this.#pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)));
      }
    }
  }

  /** One transaction; what it took is forgotten only after it succeeded. */
  async #round(): Promise<void> {
    const changes = this.#changes.slice(0, ROUND_SIZE);
    const touched = firstOf(this.#touched, ROUND_SIZE);
    const evaluations = this.#evaluationsBeside(changes);
    const alerts = new Map<string, AlertRecord>();
    for (const { alert } of changes) alerts.set(alert.id, alert);
    for (const [id, alert] of touched) if (alert.seq >= (alerts.get(id)?.seq ?? 0)) alerts.set(id, alert);
    await this.#repository.save(
      {
        alerts: [...alerts.values()].sort((a, b) => a.seq - b.seq),
        earlierRaises: changes.flatMap((change) => [...change.earlierRaises, raiseOf(change.alert)]),
        evaluations: evaluations.map(([, read]) => read()),
        notifications: this.#notificationsFor(changes),
      },
      this.#term.epoch,
    );
    for (const [id, alert] of touched) if (this.#touched.get(id) === alert) this.#touched.delete(id);
    for (const [key, read] of evaluations) if (this.#evaluations.get(key) === read) this.#evaluations.delete(key);
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
   * Not of a machine with a change that waits for a later round: what is stored of its evaluation says that its readings need
   * not be evaluated again, and the change would be lost with the process.
   */
  #evaluationsBeside(changes: readonly Change[]): [string, () => EvaluationRecord][] {
    const waiting = new Set(this.#changes.slice(changes.length).map((change) => change.alert.machineId));
    const found: [string, () => EvaluationRecord][] = [];
    for (const entry of this.#evaluations) {
      if (found.length === 2 * ROUND_SIZE) break;
      const [key] = entry;
      if (!waiting.has(key.slice(0, key.lastIndexOf(' ')))) found.push(entry);
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
      // A change that people must hear of is not hidden by a silent one after it.
      newest.set(change.alert.id, {
        ...change,
        notification: change.notification ?? before?.notification ?? null,
        earlierRaises: before === undefined ? change.earlierRaises : earlierRaises(before, change),
        sinceMs: before?.sinceMs ?? change.sinceMs,
      });
    }
    this.#changes = [...newest.values()];
    // Looking again at each further change of ever more alerts would take time that grows with their square.
    this.#coalesceAt = Math.max(MAX_CHANGES, 2 * this.#changes.length);
  }

  #rejectWaiters(cause: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      waiter.reject(notNow(cause));
    }
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      timer.unref();
      this.#wake = () => {
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

/** Not by copying all of it: thousands may wait, and the next round asks again. */
function firstOf<K, V>(entries: ReadonlyMap<K, V>, count: number): [K, V][] {
  const first: [K, V][] = [];
  for (const entry of entries) {
    if (first.length === count) break;
    first.push(entry);
  }
  return first;
}

const notNow = (cause: unknown) => new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: 5 });
