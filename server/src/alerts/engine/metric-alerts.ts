// Turns what happens to a condition into what happens to its alert.

import { type EffectiveLimits, METRICS } from '@gonsters/contract';
import {
  clearedAlert,
  conditionKey,
  escalatedAlert,
  isActive,
  raisedAlert,
  returnedAlert,
  sideOf,
  unsuppressedAlert,
} from '../rules/alert-lifecycle.ts';
import { limitMessage } from '../rules/alert-message.ts';
import {
  type ConditionState,
  clearingValue,
  type Side,
  type SideState,
  type Transition,
  worseOf,
} from '../rules/condition.ts';
import type { AlertRecord } from '../store/alert-repository.ts';
import { evaluationRecord } from '../store/evaluation-state.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';

/** ISA-18.2: an alarm that is raised this often within a minute chatters. */
const CHATTER_RAISES = 3;
const CHATTER_WINDOW_MS = 60_000;
/** Counts and peaks of active alerts are stored this often, and at most so many of them in one go. */
const FIGURES_INTERVAL_MS = 5000;
const FIGURES_AT_ONCE = 200;
const NO_FIGURES = { readingCount: 0, peakValue: null };

interface Figures {
  watch: MachineAlarmState;
  metricIndex: number;
  side: Side;
  /** What the record had before the condition's present activity, or before the restart: in all, and of its raise. */
  base: Pick<AlertRecord, 'readingCount' | 'peakValue'>;
  raiseBase: Pick<AlertRecord, 'readingCount' | 'peakValue'>;
  storedAtMs: number;
}

export class MetricAlerts {
  readonly #ledger: AlertChanges;
  readonly #makeId: () => string;
  readonly #deadbandPercent: () => number;
  /** Of the active alerts, least recently stored first. */
  readonly #figures = new Map<string, Figures>();
  /** The last raises per condition, oldest first, as far as chattering needs them. */
  readonly #raises = new Map<string, number[]>();

  constructor(ledger: AlertChanges, makeId: () => string, deadbandPercent: () => number) {
    this.#ledger = ledger;
    this.#makeId = makeId;
    this.#deadbandPercent = deadbandPercent;
  }

  /** Follows an alert that was active before the restart. */
  follow(alert: AlertRecord, watch: MachineAlarmState, metricIndex: number, side: Side): void {
    this.#figures.set(alert.id, {
      watch,
      metricIndex,
      side,
      base: alert,
      raiseBase: alert.raise,
      storedAtMs: 0,
    });
  }

  /** @param silentId of the silent alert that is raised, null where the condition had none */
  apply(
    watch: MachineAlarmState,
    metricIndex: number,
    before: ConditionState,
    transition: Transition,
    silentId: string | null,
  ): void {
    const metric = METRICS[metricIndex] as (typeof METRICS)[number];
    const { side, change, timestampMs } = transition;
    const current = this.#ledger.open.byKey(conditionKey(watch.machineId, metric.name, side));
    if (change === 'raised') {
      this.#raise(watch, metricIndex, transition, current, silentId);
    } else if (current !== undefined && change === 'escalated') {
      const raise = this.#raiseOf(watch, metricIndex, transition);
      const figures = this.#withFigures(current, (watch.states[metricIndex] as ConditionState)[side]);
      this.#ledger.change(escalatedAlert(figures, raise), 'escalated');
    } else if (current !== undefined) {
      const figures = this.#withFigures(current, before[side]);
      this.#figures.delete(current.id);
      this.#ledger.change(clearedAlert(figures, timestampMs), 'cleared');
    }
  }

  /** Maintenance is over and the condition still stands: people hear of it. */
  unsuppress(watch: MachineAlarmState, atMs: number): void {
    for (const alert of this.#ledger.open.ofMachine(watch.machineId)) {
      if (alert.state === 'suppressed') this.#ledger.change(unsuppressedAlert(this.current(alert), atMs), 'raised');
    }
  }

  /** Other limits are in force of a machine: its alerts clear at other values. */
  limitsChanged(watch: MachineAlarmState): void {
    for (const alert of this.#ledger.open.ofMachine(watch.machineId)) {
      const side = sideOf(alert.limitKind);
      const metricIndex = METRICS.findIndex((metric) => metric.name === alert.metric);
      const limits = watch.limits[metricIndex];
      if (side === 'stale' || limits === undefined || !isActive(alert)) continue;
      const clearsAt = clearingValue(side, limits, this.#deadbandPercent());
      if (clearsAt !== alert.clearsAt) this.#ledger.change({ ...this.current(alert), clearsAt }, null);
    }
  }

  /** The alert with its newest count and peak. */
  current(alert: AlertRecord): AlertRecord {
    const figures = this.#figures.get(alert.id);
    const state = figures?.watch.states[figures.metricIndex];
    return figures && state && isActive(alert) ? this.#withFigures(alert, state[figures.side]) : alert;
  }

  /** Hands on the counts and peaks that have moved. */
  storeFigures(nowMs: number): void {
    let stored = 0;
    for (const [id, figures] of this.#figures) {
      if (stored === FIGURES_AT_ONCE || figures.storedAtMs > nowMs - FIGURES_INTERVAL_MS) return;
      this.#figures.delete(id);
      const alert = this.#ledger.open.get(id);
      if (alert === undefined) continue;
      this.#figures.set(id, { ...figures, storedAtMs: nowMs });
      const newest = this.current(alert);
      if (newest.readingCount === alert.readingCount) continue;
      this.#ledger.touch(newest, evaluationRecord(figures.watch, figures.metricIndex));
      stored++;
    }
  }

  forget(alert: AlertRecord): void {
    this.#figures.delete(alert.id);
  }

  #raise(
    watch: MachineAlarmState,
    metricIndex: number,
    transition: Transition,
    current: AlertRecord | undefined,
    silentId: string | null,
  ): void {
    const suppressed = watch.entry.record.status === 'maintenance';
    const numbers = this.#raiseOf(watch, metricIndex, transition);
    const raise = silentId === null ? numbers : { ...numbers, id: silentId };
    const alert =
      current === undefined
        ? this.#ledger.onShelf(raisedAlert(raise, suppressed))
        : returnedAlert(current, raise, suppressed);
    this.#figures.set(alert.id, {
      watch,
      metricIndex,
      side: transition.side,
      base: current ?? NO_FIGURES,
      raiseBase: NO_FIGURES,
      storedAtMs: 0,
    });
    const state = (watch.states[metricIndex] as ConditionState)[transition.side];
    const chattering = alert.chattering || this.#chatters(watch, metricIndex, transition);
    this.#ledger.change({ ...this.#withFigures(alert, state), chattering }, 'raised');
  }

  #chatters(watch: MachineAlarmState, metricIndex: number, { side, timestampMs }: Transition): boolean {
    const key = `${watch.machineId} ${metricIndex} ${side}`;
    const raises = [...(this.#raises.get(key) ?? []), timestampMs].slice(-CHATTER_RAISES);
    this.#raises.set(key, raises);
    return raises.length === CHATTER_RAISES && timestampMs - (raises[0] as number) <= CHATTER_WINDOW_MS;
  }

  #withFigures(alert: AlertRecord, state: SideState): AlertRecord {
    const figures = this.#figures.get(alert.id);
    if (figures === undefined) return alert;
    const { side, base, raiseBase } = figures;
    return {
      ...alert,
      readingCount: base.readingCount + state.readingCount,
      peakValue: worseOf(side, base.peakValue, state.peakValue),
      raise: {
        ...alert.raise,
        readingCount: raiseBase.readingCount + state.readingCount,
        peakValue: worseOf(side, raiseBase.peakValue, state.peakValue),
      },
    };
  }

  #raiseOf(watch: MachineAlarmState, metricIndex: number, transition: Transition) {
    const metric = METRICS[metricIndex] as (typeof METRICS)[number];
    const { record } = watch.entry;
    return {
      id: this.#makeId(),
      machineId: record.id,
      machineIds: [record.id],
      machineName: record.name,
      location: record.location,
      metric: metric.name,
      limitKind: transition.limitKind,
      severity: transition.severity,
      message: limitMessage(metric.name, transition.limitKind, transition.value, transition.threshold),
      threshold: transition.threshold,
      value: transition.value,
      peakValue: transition.value,
      readingCount: 1,
      clearsAt: clearingValue(transition.side, watch.limits[metricIndex] as EffectiveLimits, this.#deadbandPercent()),
      atMs: transition.timestampMs,
    };
  }
}
