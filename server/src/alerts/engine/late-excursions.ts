// Excursions in readings that were history or out of order: those that may still grow, and those that are not recorded yet.

import { type ConditionTiming, SIDES, type Side } from '../rules/condition.ts';
import { addInside, addPast, type Excursion, removeExcursion } from '../rules/excursion.ts';
import type { MachineAlarmState, MetricAlarmState } from './machine-alarm-state.ts';

/** Past this many, new excursions are counted as dropped: their readings are stored, only the alert is missing. */
const MAX_EXCURSIONS = 10_000;
/** An excursion that continues is recorded again after this time. */
const RECORDED_EVERY_MS = 1000;
/** An excursion is over after this time without a reading: a backlog does not pause for longer. */
const EXPIRES_AFTER_MS = 600_000;

export class LateExcursions {
  /** Every excursion that may still grow, and where it is. The least recently changed first. */
  readonly #all = new Map<Excursion, MetricAlarmState>();
  /** Those whose newest change is not recorded yet. */
  readonly #unrecorded = new Set<Excursion>();
  #dropped = 0;

  /** Takes over the excursions that a machine was restored with. */
  resume(machine: MachineAlarmState): void {
    for (const metric of machine.metrics) {
      for (const side of SIDES) {
        for (const excursion of metric.history?.excursions[side] ?? []) {
          this.#all.set(excursion, metric);
          if (excursion.hasChanged) this.#unrecorded.add(excursion);
        }
      }
    }
  }

  /** A value past a limit. @returns whether an excursion has changed that was recorded until now */
  addPast(
    metric: MetricAlarmState,
    side: Side,
    timestampMs: number,
    value: number,
    timing: ConditionTiming,
    nowMs: number,
  ): boolean {
    const history = metric.ensureHistory();
    const excursion = addPast(history, side, timestampMs, value, timing.offDelayMs);
    if (excursion === null) return false;
    if (!this.#all.has(excursion) && this.#all.size >= MAX_EXCURSIONS && !this.#removeOldest()) {
      removeExcursion(history, excursion);
      this.#dropped++;
      return false;
    }
    return this.#setChanged(excursion, metric, nowMs);
  }

  /** A value inside a limit. @returns whether it shows the end of an excursion */
  addInside(
    metric: MetricAlarmState,
    side: Side,
    timestampMs: number,
    timing: ConditionTiming,
    nowMs: number,
  ): boolean {
    const history = metric.ensureHistory();
    const excursion = addInside(history, side, timestampMs, timing.offDelayMs);
    if (excursion === null || !this.#all.has(excursion)) return false;
    excursion.recordedAtMs = Number.NEGATIVE_INFINITY;
    this.#setChanged(excursion, metric, nowMs);
    return true;
  }

  get unrecordedCount(): number {
    return this.#unrecorded.size;
  }

  /** The metrics of excursions whose newest change is not recorded yet. */
  *unrecordedMetrics(): Iterable<MetricAlarmState> {
    for (const excursion of this.#unrecorded) yield this.metricOf(excursion);
  }

  /** Whether some should be recorded now. */
  hasDue(nowMs: number): boolean {
    for (const excursion of this.#unrecorded) if (isDue(excursion, nowMs)) return true;
    return false;
  }

  /** The first `count` that should be recorded now. */
  due(nowMs: number, count: number): Excursion[] {
    const due: Excursion[] = [];
    for (const excursion of this.#unrecorded) {
      if (due.length === count) break;
      if (isDue(excursion, nowMs)) due.push(excursion);
    }
    return due;
  }

  metricOf(excursion: Excursion): MetricAlarmState {
    return this.#all.get(excursion) as MetricAlarmState;
  }

  setRecorded(excursion: Excursion, nowMs: number): void {
    this.#unrecorded.delete(excursion);
    excursion.hasChanged = false;
    excursion.recordedAtMs = nowMs;
  }

  /** How many were dropped since the last call. */
  takeDroppedCount(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Removes recorded excursions that have not changed for so long that nothing continues them. */
  removeExpired(nowMs: number): void {
    for (const [excursion] of this.#all) {
      if (excursion.changedAtMs > nowMs - EXPIRES_AFTER_MS && excursion.changedAtMs <= nowMs) break;
      if (!this.#unrecorded.has(excursion)) this.remove(excursion);
    }
  }

  remove(excursion: Excursion): void {
    const metric = this.#all.get(excursion);
    this.#all.delete(excursion);
    this.#unrecorded.delete(excursion);
    const history = metric?.history;
    if (history && !excursion.isRemoved) removeExcursion(history, excursion);
  }

  /** @returns whether no change of the excursion was waiting to be recorded before */
  #setChanged(excursion: Excursion, metric: MetricAlarmState, nowMs: number): boolean {
    excursion.changedAtMs = nowMs;
    this.#all.delete(excursion);
    this.#all.set(excursion, metric);
    const wasRecorded = !excursion.hasChanged;
    excursion.hasChanged = true;
    this.#unrecorded.add(excursion);
    return wasRecorded;
  }

  /** @returns whether one could be removed */
  #removeOldest(): boolean {
    for (const [excursion] of this.#all) {
      if (this.#unrecorded.has(excursion)) continue;
      this.remove(excursion);
      return true;
    }
    return false;
  }
}

/** An excursion that is new, or that has ended, is recorded at once. */
function isDue({ alertId, recordedAtMs }: Excursion, nowMs: number): boolean {
  return alertId === null || recordedAtMs <= nowMs - RECORDED_EVERY_MS || recordedAtMs > nowMs;
}
