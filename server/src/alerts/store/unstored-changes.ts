// What the alert writer has to store: changes in order, newer counts and peaks, and evaluation states. Bounded, however long
// the database stores nothing.

import { randomUUID } from 'node:crypto';
import type { AlertMetric } from '@gonsters/contract';
import type { AlertChangeSet, AlertRecord, EvaluationRecord } from './alert-repository.ts';

/** What people may have to be notified of; null for changes that notify nobody. */
export type NotificationKind = 'raised' | 'escalated' | 'cleared' | 'acknowledged' | null;

/** Changes in one transaction: SQLite writes this many, each with its notification, in about 6 ms. */
const BATCH_SIZE = 32;
/** Past this many unstored changes only the newest of each alert is stored. The bound is then twice the number of alerts. */
const MAX_CHANGES = 10_000;
/** At most this many raises per alert are stored of those that ended before they could be stored; all of them are counted. */
const MAX_EARLIER_RAISES = 100;

export interface Change {
  alert: AlertRecord;
  notification: NotificationKind;
  /** Raises of unstored versions that this one has replaced. */
  earlierRaises: NonNullable<AlertChangeSet['earlierRaises']>;
  /** The same in each attempt: a save whose answer was lost may have succeeded. */
  notificationId: string;
  /** When it was added, by the monotonic clock. */
  addedMs: number;
}
interface Evaluation {
  machineId: string;
  read: () => EvaluationRecord;
}

/** What is stored in one transaction. It stays among the unstored changes until `remove`. */
interface Batch {
  readonly changes: readonly Change[];
  readonly unannounced: readonly [string, AlertRecord][];
  readonly evaluations: readonly [string, Evaluation][];
}

export class UnstoredChanges {
  /** Ascending by seq. */
  #changes: Change[] = [];
  /** Newest versions by alert, which are stored without being announced. */
  readonly #unannounced = new Map<string, AlertRecord>();
  /** By machine and metric. */
  readonly #evaluations = new Map<string, Evaluation>();
  #coalesceAt = MAX_CHANGES;

  /** `alert.seq` grows from call to call. */
  add(alert: AlertRecord, notification: NotificationKind): void {
    this.#unannounced.delete(alert.id);
    const addedMs = performance.now();
    this.#changes.push({ alert, notification, earlierRaises: [], notificationId: randomUUID(), addedMs });
    if (this.#changes.length > this.#coalesceAt) this.#coalesce();
  }

  addUnannounced(alert: AlertRecord): void {
    this.#unannounced.set(alert.id, alert);
  }

  /** `read` is called when the state is stored. */
  addEvaluation(machineId: string, metric: AlertMetric, read: () => EvaluationRecord): void {
    this.#evaluations.set(`${machineId} ${metric}`, { machineId, read });
  }

  get changeCount(): number {
    return this.#changes.length;
  }

  get hasAlerts(): boolean {
    return this.#changes.length > 0 || this.#unannounced.size > 0;
  }

  get hasEvaluations(): boolean {
    return this.#evaluations.size > 0;
  }

  newest(alertId: string): AlertRecord | undefined {
    return this.#changes.findLast((change) => change.alert.id === alertId)?.alert;
  }

  /** Whether a change was added longer ago than this. */
  hasOlderThan(ms: number): boolean {
    const latestMs = performance.now() - ms;
    return this.#changes.some((change) => change.addedMs < latestMs);
  }

  nextBatch(): Batch {
    const changes = this.#changes.slice(0, BATCH_SIZE);
    return { changes, unannounced: this.#firstUnannounced(), evaluations: this.#evaluationsBeside(changes) };
  }

  /** The batch is stored. Newer versions that were added meanwhile stay. */
  remove({ changes, unannounced, evaluations }: Batch): void {
    for (const [id, alert] of unannounced) if (this.#unannounced.get(id) === alert) this.#unannounced.delete(id);
    for (const [key, each] of evaluations) if (this.#evaluations.get(key) === each) this.#evaluations.delete(key);
    const last = changes.at(-1);
    if (last === undefined) return;
    const rest = this.#changes.findIndex((change) => change.alert.seq > last.alert.seq);
    this.#changes.splice(0, rest < 0 ? this.#changes.length : rest);
  }

  clear(): void {
    this.#changes = [];
    this.#unannounced.clear();
    this.#evaluations.clear();
  }

  /** Without copying all entries: thousands may wait. */
  #firstUnannounced(): [string, AlertRecord][] {
    const first: [string, AlertRecord][] = [];
    for (const entry of this.#unannounced) {
      if (first.length === BATCH_SIZE) break;
      first.push(entry);
    }
    return first;
  }

  /**
   * Without machines that have a change in a later batch: once their evaluation state is stored, their readings are not
   * evaluated again, and the change would be lost if the process died in between.
   */
  #evaluationsBeside(changes: readonly Change[]): [string, Evaluation][] {
    const laterMachines = new Set(this.#changes.slice(changes.length).map((change) => change.alert.machineId));
    const found: [string, Evaluation][] = [];
    for (const entry of this.#evaluations) {
      if (found.length === 2 * BATCH_SIZE) break;
      if (!laterMachines.has(entry[1].machineId)) found.push(entry);
    }
    return found;
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
        addedMs: before?.addedMs ?? change.addedMs,
      });
    }
    this.#changes = [...newest.values()];
    // Coalescing again with each further change would take quadratic time.
    this.#coalesceAt = Math.max(MAX_CHANGES, 2 * this.#changes.length);
  }
}

export const raiseOf = ({ id, raise }: AlertRecord) => ({ alertId: id, raise });

function earlierRaises(before: Change, after: Change): Change['earlierRaises'] {
  const ended = before.alert.raise.number === after.alert.raise.number ? [] : [raiseOf(before.alert)];
  return [...before.earlierRaises, ...ended, ...after.earlierRaises].slice(-MAX_EARLIER_RAISES);
}
