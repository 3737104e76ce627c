// What came out of order or as history: one closed, silent alert for each excursion, which grows with its readings.

import { METRICS } from '@gonsters/contract';
import { conditionKey, lateAlert, sideOf } from '../rules/alert-lifecycle.ts';
import { limitMessage } from '../rules/alert-message.ts';
import {
  type ConditionTiming,
  criticalLimit,
  limitKindOf,
  SIDES,
  type Side,
  severityOfValue,
  warningLimit,
  worseOf,
} from '../rules/condition.ts';
import { addInside, addPast, type Excursion, hasEndBeenSeen, removeExcursion } from '../rules/excursion.ts';
import type { AlertRecord, AlertRepository } from '../store/alert-repository.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';

/** Past this many, new excursions are counted as dropped: their readings are stored, only the note is missing. */
const MAX_WAITING = 10_000;
/** Alerts of one machine and metric do not overlap, so the newest few before the end are all that can touch it. */
const LOOK_BACK = 20;
/** Looked up in one go: a few milliseconds. */
const AT_ONCE = 20;
/** An excursion that goes on is stored anew this often. */
const STORED_EVERY_MS = 1000;
/** After so long without a reading an excursion is over, whatever comes: a backlog does not pause for longer. */
const FORGOTTEN_AFTER_MS = 600_000;

export interface Place {
  readonly watch: MachineAlarmState;
  readonly metricIndex: number;
}

export class LateDataAlerts {
  readonly #repository: AlertRepository;
  readonly #makeId: () => string;
  /** Every excursion that may still grow, and where. The least recently changed first. */
  readonly #places = new Map<Excursion, Place>();
  /** Those whose change is not stored yet. */
  readonly #waiting = new Set<Excursion>();
  #dropped = 0;

  constructor(repository: AlertRepository, makeId: () => string) {
    this.#repository = repository;
    this.#makeId = makeId;
  }

  /** A value past a limit. @returns whether more than figures changed */
  past(place: Place, side: Side, timestampMs: number, value: number, timing: ConditionTiming, nowMs: number): boolean {
    const history = place.watch.historyOf(place.metricIndex);
    const excursion = addPast(history, side, timestampMs, value, timing.offDelayMs);
    if (excursion === null) return false;
    if (!this.#places.has(excursion) && this.#places.size >= MAX_WAITING && !this.#forgetOldest()) {
      removeExcursion(history, excursion);
      this.#dropped++;
      return false;
    }
    return this.#changed(excursion, place, nowMs);
  }

  /** A value inside a limit. @returns whether it shows the end of an excursion */
  inside(place: Place, side: Side, timestampMs: number, timing: ConditionTiming, nowMs: number): boolean {
    const history = place.watch.historyOf(place.metricIndex);
    const excursion = addInside(history, side, timestampMs, timing.offDelayMs);
    if (excursion === null || !this.#places.has(excursion)) return false;
    excursion.storedAtMs = Number.NEGATIVE_INFINITY;
    this.#changed(excursion, place, nowMs);
    return true;
  }

  /** Goes on with the excursions that a watch was restored with. */
  restore(watch: MachineAlarmState): void {
    for (const [metricIndex, history] of watch.histories.entries()) {
      for (const side of SIDES) {
        for (const excursion of history?.excursions[side] ?? []) {
          this.#places.set(excursion, { watch, metricIndex });
          if (excursion.hasChanged) this.#waiting.add(excursion);
        }
      }
    }
  }

  /** Whether some can be stored at this moment. */
  isDue(nowMs: number): boolean {
    for (const excursion of this.#waiting) if (isDue(excursion, nowMs)) return true;
    return false;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Where excursions are whose change is not stored yet. */
  *waitingPlaces(): Iterable<Place> {
    for (const excursion of this.#waiting) yield this.#places.get(excursion) as Place;
  }

  /** How many were dropped since it was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Lets go of what nothing continues any more. */
  forget(nowMs: number): void {
    for (const [excursion] of this.#places) {
      if (excursion.changedAtMs > nowMs - FORGOTTEN_AFTER_MS && excursion.changedAtMs <= nowMs) break;
      if (!this.#waiting.has(excursion)) this.#forget(excursion);
    }
  }

  /**
   * Turns the oldest excursions into alerts, but for those that an alert of that time tells already: readings that are
   * sent again after they raised one live are out of order, too, and must not count twice.
   *
   * @param store is given each alert that is new or has changed
   */
  async settle(
    nowMs: number,
    timing: ConditionTiming,
    open: (key: string) => AlertRecord | undefined,
    store: (alert: AlertRecord, place: Place) => void,
  ): Promise<void> {
    const some: Excursion[] = [];
    for (const excursion of this.#waiting) {
      if (some.length === AT_ONCE) break;
      if (isDue(excursion, nowMs)) some.push(excursion);
    }
    for (const excursion of some) {
      const place = this.#places.get(excursion) as Place;
      const isNew = excursion.alertId === null && !excursion.isTold && !isTooShort(excursion, timing);
      const known = isNew ? await this.#known(excursion, place, open) : undefined;
      // While it was looked up, a live alert may have gone on with it. From here on nothing else happens.
      this.#waiting.delete(excursion);
      excursion.hasChanged = false;
      excursion.storedAtMs = nowMs;
      if (excursion.isGone || place.watch.isGone) this.#forget(excursion);
      else {
        const alert = this.#toAlert(excursion, place, timing, known);
        if (alert !== null) store(alert, place);
      }
    }
  }

  #changed(excursion: Excursion, place: Place, nowMs: number): boolean {
    excursion.changedAtMs = nowMs;
    this.#places.delete(excursion);
    this.#places.set(excursion, place);
    const isNews = !excursion.hasChanged;
    excursion.hasChanged = true;
    this.#waiting.add(excursion);
    return isNews;
  }

  /** @returns whether one could be forgotten */
  #forgetOldest(): boolean {
    for (const [excursion] of this.#places) {
      if (this.#waiting.has(excursion)) continue;
      this.#forget(excursion);
      return true;
    }
    return false;
  }

  #forget(excursion: Excursion): void {
    const place = this.#places.get(excursion);
    this.#places.delete(excursion);
    this.#waiting.delete(excursion);
    const history = place?.watch.histories[place.metricIndex];
    if (history && !excursion.isGone) removeExcursion(history, excursion);
  }

  /** The alert that tells of the same time. */
  async #known(
    { side, fromMs, toMs }: Excursion,
    { watch, metricIndex }: Place,
    open: (key: string) => AlertRecord | undefined,
  ): Promise<AlertRecord | undefined> {
    const metric = METRICS[metricIndex] as (typeof METRICS)[number];
    const current = open(conditionKey(watch.machineId, metric.name, side));
    if (current !== undefined && overlaps(current, fromMs, toMs)) return current;
    const { alerts } = await this.#repository.page({
      machineId: watch.machineId,
      metric: metric.name,
      toMs: toMs + 1,
      limit: LOOK_BACK,
    });
    return alerts.find((each) => sideOf(each.limitKind) === side && overlaps(each, fromMs, toMs));
  }

  /** null where nothing is to be stored. */
  #toAlert(
    excursion: Excursion,
    place: Place,
    timing: ConditionTiming,
    known: AlertRecord | undefined,
  ): AlertRecord | null {
    if (known !== undefined && !known.late) excursion.isTold = true;
    if (excursion.isTold || isTooShort(excursion, timing)) return null;
    if (known !== undefined && !takeUp(excursion, known, timing)) return null;
    return this.#alertOf(excursion, place, timing);
  }

  /** null where the limits have changed since, so that nothing was past them. */
  #alertOf(excursion: Excursion, { watch, metricIndex }: Place, timing: ConditionTiming): AlertRecord | null {
    const { side, fromMs, toMs, firstValue, peakValue, readingCount } = excursion;
    const metric = METRICS[metricIndex] as (typeof METRICS)[number];
    const limits = watch.limits[metricIndex];
    const severity = limits && severityOfValue(side, peakValue, limits);
    if (!limits || !severity) return null;
    const limitKind = limitKindOf(side, severity);
    const threshold = severity === 'critical' ? criticalLimit(side, limits) : warningLimit(side, limits);
    const record = watch.entry.record;
    excursion.alertId ??= this.#makeId();
    return lateAlert(
      {
        id: excursion.alertId,
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
      { clearedAtMs: toMs, endNotSeen: !hasEndBeenSeen(excursion, timing.offDelayMs) },
    );
  }
}

/** What is new, or ends, is stored at once. */
function isDue(excursion: Excursion, nowMs: number): boolean {
  const { alertId, storedAtMs } = excursion;
  return alertId === null || storedAtMs <= nowMs - STORED_EVERY_MS || storedAtMs > nowMs;
}

/** Shorter than the on-delay, it is none. */
function isTooShort({ fromMs, toMs }: Excursion, { onDelayMs }: ConditionTiming): boolean {
  return toMs - fromMs < onDelayMs;
}

/** Goes on with a stored alert. @returns whether the excursion tells more than that alert does */
function takeUp(excursion: Excursion, alert: AlertRecord, { offDelayMs }: ConditionTiming): boolean {
  excursion.alertId = alert.id;
  const endMs = alert.clearedAtMs ?? alert.raisedAtMs;
  const peakValue = worseOf(excursion.side, excursion.peakValue, alert.peakValue) as number;
  const endsBetter = alert.endNotSeen && excursion.toMs >= endMs && hasEndBeenSeen(excursion, offDelayMs);
  const isMore =
    excursion.fromMs < alert.raisedAtMs || excursion.toMs > endMs || peakValue !== alert.peakValue || endsBetter;
  if (excursion.fromMs >= alert.raisedAtMs) {
    excursion.fromMs = alert.raisedAtMs;
    excursion.firstValue = alert.value ?? excursion.firstValue;
  }
  excursion.toMs = Math.max(excursion.toMs, endMs);
  excursion.peakValue = peakValue;
  excursion.readingCount = Math.max(excursion.readingCount, alert.readingCount);
  return isMore;
}

function overlaps(alert: AlertRecord, fromMs: number, toMs: number): boolean {
  return alert.raisedAtMs <= toMs && (alert.clearedAtMs ?? Number.POSITIVE_INFINITY) >= fromMs;
}
