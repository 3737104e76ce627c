// Late readings past a limit: one closed alert per batch, machine, metric and side, for the history only.

import { METRICS } from '@gonsters/contract';
import { keyOf, lateAlert, sideOf } from './alert-lifecycle.ts';
import { limitMessage } from './alert-message.ts';
import type { AlertRecord, AlertRepository } from './alert-repository.ts';
import { criticalLimit, limitKindOf, type Side, severityOfValue, warningLimit, worseOf } from './condition.ts';
import type { MachineWatch } from './machine-watch.ts';

/** Excursions of one batch, not yet looked up. */
interface Excursion {
  watch: MachineWatch;
  metricIndex: number;
  side: Side;
  fromMs: number;
  toMs: number;
  firstValue: number;
  peakValue: number;
  readingCount: number;
}

/** Past this many, new excursions are counted as dropped: their readings are stored, only the note is missing. */
const MAX_WAITING = 10_000;
/** Alerts of one machine and metric do not overlap, so the newest few before the end are all that can touch it. */
const LOOK_BACK = 20;
/** Looked up in one go: a few milliseconds. */
const AT_ONCE = 20;

export class LateHistory {
  readonly #repository: AlertRepository;
  readonly #makeId: () => string;
  #batch = new Map<string, Excursion>();
  #waiting: Excursion[] = [];
  #dropped = 0;

  constructor(repository: AlertRepository, makeId: () => string) {
    this.#repository = repository;
    this.#makeId = makeId;
  }

  /** One late value past a limit. */
  add(watch: MachineWatch, metricIndex: number, side: Side, timestampMs: number, value: number): void {
    const key = `${watch.machineId} ${metricIndex} ${side}`;
    const known = this.#batch.get(key);
    if (known === undefined) {
      this.#batch.set(key, {
        watch,
        metricIndex,
        side,
        fromMs: timestampMs,
        toMs: timestampMs,
        firstValue: value,
        peakValue: value,
        readingCount: 1,
      });
      return;
    }
    if (timestampMs < known.fromMs) known.firstValue = value;
    known.fromMs = Math.min(known.fromMs, timestampMs);
    known.toMs = Math.max(known.toMs, timestampMs);
    known.peakValue = worseOf(side, known.peakValue, value) as number;
    known.readingCount++;
  }

  /** The batch is over. An excursion shorter than the on-delay is none. */
  endBatch(onDelayMs: number): void {
    if (this.#batch.size === 0) return;
    for (const excursion of this.#batch.values()) {
      if (excursion.toMs - excursion.fromMs < onDelayMs) continue;
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push(excursion);
      else this.#dropped++;
    }
    this.#batch = new Map();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many were dropped since it was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /**
   * Turns the oldest excursions into alerts, but for those that an alert of that time tells already: readings that are
   * sent again after they raised one live are late, too, and must not count twice.
   */
  async take(open: (key: string) => AlertRecord | undefined): Promise<AlertRecord[]> {
    const taken = this.#waiting.slice(0, AT_ONCE);
    const alerts: AlertRecord[] = [];
    for (const excursion of taken) {
      const alert = await this.#toAlert(excursion, (key) => [
        open(key),
        ...alerts.filter((known) => keyOf(known) === key),
      ]);
      if (alert !== null) alerts.push(alert);
    }
    this.#waiting.splice(0, taken.length);
    return alerts;
  }

  async #toAlert(
    excursion: Excursion,
    known: (key: string) => (AlertRecord | undefined)[],
  ): Promise<AlertRecord | null> {
    const { watch, side, fromMs, toMs, firstValue, peakValue, readingCount } = excursion;
    const metric = METRICS[excursion.metricIndex] as (typeof METRICS)[number];
    const limits = watch.limits[excursion.metricIndex];
    const severity = limits && severityOfValue(side, peakValue, limits);
    // The limits changed since the batch came.
    if (!limits || !severity) return null;
    const limitKind = limitKindOf(side, severity);
    const threshold = severity === 'critical' ? criticalLimit(side, limits) : warningLimit(side, limits);
    const record = watch.entry.record;
    const alert = lateAlert(
      {
        id: this.#makeId(),
        machineId: record.id,
        machineIds: [record.id],
        machineName: record.name,
        location: record.location,
        metric: metric.name,
        limitKind,
        severity,
        message: limitMessage(metric.name, limitKind, peakValue, threshold),
        threshold,
        value: firstValue,
        peakValue,
        readingCount,
        clearsAt: null,
        atMs: fromMs,
      },
      { clearedAtMs: toMs, endNotSeen: false },
    );
    if (known(keyOf(alert)).some((each) => each && overlaps(each, fromMs, toMs))) return null;
    const { alerts } = await this.#repository.page({
      machineId: record.id,
      metric: metric.name,
      toMs: toMs + 1,
      limit: LOOK_BACK,
    });
    return alerts.some((each) => sideOf(each.limitKind) === side && overlaps(each, fromMs, toMs)) ? null : alert;
  }
}

function overlaps(alert: AlertRecord, fromMs: number, toMs: number): boolean {
  return alert.raisedAtMs <= toMs && (alert.clearedAtMs ?? Number.POSITIVE_INFINITY) >= fromMs;
}
