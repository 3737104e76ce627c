// Stores excursions of conditions in readings that were history or out of order: each becomes one closed, silent alert, which
// grows with its readings.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import { conditionSideOf, lateAlert } from '../rules/alert-lifecycle.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';
import type { AlertWriter } from '../store/alert-writer.ts';
import type { SilentEntry } from './active-condition.ts';
import type { AlertChanges } from './alert-changes.ts';
import { type ConditionAlerts, signedPeak } from './condition-alerts.ts';
import type { MetricCondition } from './machine-alarm-state.ts';

/** Past this many, new ones are counted as dropped: their readings are stored, only the alert is missing. */
const MAX_WAITING = 10_000;
/** An entry that grows is stored again after this time. */
const STORED_EVERY_MS = 1000;
/** Alerts of one condition do not overlap, so an excursion can only touch the newest few before its end. */
const ALERTS_LOOKED_UP = 20;
const ENTRIES_PER_TURN = 20;

export class SilentEntries {
  readonly #repository: AlertRepository;
  readonly #changes: AlertChanges;
  readonly #alerts: ConditionAlerts;
  readonly #writer: AlertWriter;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #waiting = new Map<SilentEntry, MetricCondition>();
  #storing: Promise<void> | null = null;
  #dropped = 0;

  constructor(deps: {
    repository: AlertRepository;
    changes: AlertChanges;
    alerts: ConditionAlerts;
    writer: AlertWriter;
    clock: Clock;
    log: Logger;
  }) {
    this.#repository = deps.repository;
    this.#changes = deps.changes;
    this.#alerts = deps.alerts;
    this.#writer = deps.writer;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** The entry is new, or has changed. */
  note(active: MetricCondition, entry: SilentEntry): void {
    entry.changedAtMs = this.#clock.nowMs();
    if (entry.isKnown) return;
    if (this.#waiting.size < MAX_WAITING || this.#waiting.has(entry)) this.#waiting.set(entry, active);
    else this.#dropped++;
  }

  /** A live alert continues it. */
  forget(entry: SilentEntry): void {
    this.#waiting.delete(entry);
  }

  /** Called each second. */
  tick(): void {
    if (this.#dropped > 0) {
      this.#log.warn({ dropped: this.#dropped }, 'Too many excursions in late data: some have no alert in the history');
      this.#dropped = 0;
    }
    this.#start(false);
  }

  /** Resolves when everything so far is given to the writer, or cannot be. */
  async whenIdle(): Promise<void> {
    while (this.#storing !== null) await this.#storing;
    this.#start(true);
    await this.#storing;
  }

  #start(isEager: boolean): void {
    if (this.#storing !== null || this.#waiting.size === 0) return;
    this.#storing = this.#store(isEager).finally(() => {
      this.#storing = null;
    });
  }

  async #store(isEager: boolean): Promise<void> {
    // Alerts that the same readings raised live must be stored before they can be found.
    await this.#writer.whenIdle();
    let stored = 0;
    for (const [entry, active] of this.#waiting) {
      if (!isEager && entry.isStored && this.#clock.nowMs() - entry.changedAtMs < STORED_EVERY_MS) continue;
      try {
        if (!entry.isStored) entry.isKnown = await this.#isKnown(active, entry);
      } catch (error) {
        this.#log.error({ err: error, waiting: this.#waiting.size }, 'Alerts about late data could not be recorded');
        return;
      }
      // A live alert may have continued it during the lookup.
      if (!this.#waiting.delete(entry) || entry.isKnown || active.metric.machine.isDeleted) continue;
      entry.isStored = true;
      this.#changes.change(this.#toAlert(active, entry), null);
      if (++stored % ENTRIES_PER_TURN === 0) await nextTurn();
    }
  }

  /** Whether an alert has it already: readings that are sent again after they raised one are out of order. */
  async #isKnown(active: MetricCondition, { fromMs, toMs, alertId }: SilentEntry): Promise<boolean> {
    const { metric, condition } = active;
    const overlaps = (alert: AlertRecord) =>
      alert.id !== alertId && alert.raisedAtMs <= toMs && (alert.clearedAtMs ?? Number.POSITIVE_INFINITY) >= fromMs;
    const current = this.#alerts.alertOf(active);
    if (current !== undefined && overlaps(current)) return true;
    const { alerts } = await this.#repository.page({
      ...{ machineId: metric.machine.machineId, metric: metric.name, toMs: toMs + 1, limit: ALERTS_LOOKED_UP },
    });
    return alerts.some((each) => conditionSideOf(each) === condition.kind && overlaps(each));
  }

  #toAlert(active: MetricCondition, entry: SilentEntry): AlertRecord {
    const { alertId, fromMs, toMs, value, peakValue, readingCount, endNotSeen } = entry;
    const { severity } = active.rule;
    const transition = { change: 'raised', side: 'high', limitKind: 'high', threshold: null } as const;
    const raise = this.#alerts.toRaise(active, { ...transition, severity, value, timestampMs: fromMs }, alertId);
    const peak = active.rule.kind === 'rate_of_change' ? signedPeak({ value }, peakValue) : null;
    return lateAlert({ ...raise, peakValue: peak, readingCount }, { clearedAtMs: toMs, endNotSeen });
  }
}
