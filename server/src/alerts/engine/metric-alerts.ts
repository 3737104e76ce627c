// Turns transitions of a metric's condition into changes of its alert.

import { randomUUID } from 'node:crypto';
import { type EffectiveLimits, suppressionBy } from '@gonsters/contract';
import { metricIndexOf } from '../../metric-index.ts';
import {
  clearedAlert,
  conditionKey,
  conditionSideOf,
  escalatedAlert,
  isActive,
  type Raise,
  raisedAlert,
  returnedAlert,
  unsuppressedAlert,
} from '../rules/alert-lifecycle.ts';
import {
  type ConditionState,
  clearingValue,
  QUIET,
  SIDES,
  type Side,
  type SideState,
  type Transition,
  worseOf,
} from '../rules/condition.ts';
import { metricRaise } from '../rules/metric-raise.ts';
import { RecentRaises } from '../rules/recent-raises.ts';
import type { AlertRecord } from '../store/alert-repository.ts';
import { evaluationRecord } from '../store/evaluation-state.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { MachineAlarmState, MetricAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';

/** Counts and peaks of active alerts are stored this often, and of this many alerts at once. */
const FIGURES_INTERVAL_MS = 5000;
const FIGURES_AT_ONCE = 200;
/** So many alerts are looked at in one turn of the event loop, whether their count has changed or not. */
const FIGURES_LOOKED_AT = 10_000;
const NO_FIGURES = { readingCount: 0, peakValue: null };

/** From which the count and peak of an active alert are calculated. */
interface Figures {
  metric: MetricAlarmState;
  side: Side;
  /** Of the alert before the condition became active, or before the restart: in all, and of its newest raise. */
  base: Pick<AlertRecord, 'readingCount' | 'peakValue'>;
  raiseBase: Pick<AlertRecord, 'readingCount' | 'peakValue'>;
  storedAtMs: number;
}

export class MetricAlerts {
  readonly #changes: AlertChanges;
  readonly #states: MachineAlarmStates;
  /** Of the active alerts by id, least recently stored first. */
  readonly #figures = new Map<string, Figures>();
  readonly #recent = new RecentRaises();

  constructor(changes: AlertChanges, states: MachineAlarmStates) {
    this.#changes = changes;
    this.#states = states;
  }

  /** Continues with the alerts of a machine that were active before the restart. */
  resume(machine: MachineAlarmState): void {
    for (const metric of machine.metrics) {
      if (metric.condition === QUIET) continue;
      for (const side of SIDES) {
        const alert = this.#changes.open.byKey(conditionKey(machine.machineId, metric.name, side));
        if (alert === undefined || !isActive(alert)) continue;
        this.#figures.set(alert.id, { metric, side, base: alert, raiseBase: alert.raise, storedAtMs: 0 });
      }
    }
  }

  /**
   * @param before the state before the transitions, which still has the count and peak of a condition that has cleared
   * @param lateAlertId of the alert about late data that becomes live; null where there is none
   */
  applyTransitions(
    metric: MetricAlarmState,
    before: ConditionState,
    transitions: readonly Transition[],
    lateAlertId: string | null,
  ): void {
    const { machine, name } = metric;
    for (const transition of transitions) {
      const { side, change, timestampMs } = transition;
      const current = this.#changes.open.byKey(conditionKey(machine.machineId, name, side));
      if (change === 'raised') {
        this.#raise(metric, transition, current, lateAlertId);
      } else if (current !== undefined && change === 'escalated') {
        const raise = this.#toRaise(metric, transition, randomUUID());
        const counted = this.#withFigures(current, metric.condition[side]);
        this.#changes.change(escalatedAlert(counted, raise), 'escalated');
      } else if (current !== undefined) {
        const counted = this.#withFigures(current, before[side]);
        this.#figures.delete(current.id);
        this.#changes.change(clearedAlert(counted, timestampMs), 'cleared');
      }
    }
  }

  /** Maintenance is over: alerts whose condition is still active are annunciated. */
  unsuppress(machine: MachineAlarmState, atMs: number): void {
    for (const alert of this.#changes.open.ofMachine(machine.machineId)) {
      if (alert.state === 'suppressed')
        this.#changes.change(unsuppressedAlert(this.withFigures(alert), atMs), 'raised');
    }
  }

  /** The limits of a machine have changed: its alerts clear at other values. */
  updateClearingValues(machine: MachineAlarmState): void {
    for (const alert of this.#changes.open.ofMachine(machine.machineId)) {
      const side = conditionSideOf(alert);
      if ((side !== 'high' && side !== 'low') || !isActive(alert)) continue;
      const metric = machine.find(metricIndexOf(alert.metric));
      if (metric === undefined || metric.limits === null) continue;
      const clearsAt = clearingValue(side, metric.limits, this.#states.timingOf(metric));
      if (clearsAt !== alert.clearsAt) this.#changes.change({ ...this.withFigures(alert), clearsAt }, null);
    }
  }

  /** The alert with its newest count and peak. */
  withFigures(alert: AlertRecord): AlertRecord {
    const figures = this.#figures.get(alert.id);
    if (figures === undefined || !isActive(alert)) return alert;
    return this.#withFigures(alert, figures.metric.condition[figures.side]);
  }

  /** Stores counts and peaks that have changed. Called each second. */
  storeFigures(nowMs: number): void {
    let stored = 0;
    let lookedAt = 0;
    for (const [id, figures] of this.#figures) {
      if (figures.storedAtMs > nowMs - FIGURES_INTERVAL_MS) return;
      if (stored === FIGURES_AT_ONCE || lookedAt++ === FIGURES_LOOKED_AT) return;
      this.#figures.delete(id);
      const alert = this.#changes.open.get(id);
      if (alert === undefined) continue;
      figures.storedAtMs = nowMs;
      this.#figures.set(id, figures);
      const { metric, side, base } = figures;
      const isSame = base.readingCount + metric.condition[side].readingCount === alert.readingCount;
      if (isSame || !isActive(alert)) continue;
      this.#changes.updateFigures(this.withFigures(alert), evaluationRecord(metric));
      stored++;
    }
  }

  forget(alert: AlertRecord): void {
    this.#figures.delete(alert.id);
  }

  #raise(
    metric: MetricAlarmState,
    transition: Transition,
    current: AlertRecord | undefined,
    lateAlertId: string | null,
  ): void {
    const { side } = transition;
    const suppressed = suppressionBy(metric.machine.entry.record.status) !== null;
    const raise = this.#toRaise(metric, transition, lateAlertId ?? randomUUID());
    const alert =
      current === undefined
        ? this.#changes.withShelf(raisedAlert(raise, suppressed))
        : returnedAlert(current, raise, suppressed);
    const base = current ?? NO_FIGURES;
    this.#figures.set(alert.id, { metric, side, base, raiseBase: NO_FIGURES, storedAtMs: 0 });
    const counted = this.#withFigures(alert, metric.condition[side]);
    const key = conditionKey(metric.machine.machineId, metric.name, side);
    const chattering = this.#recent.isChattering(key, transition.timestampMs) || alert.chattering;
    this.#changes.change({ ...counted, chattering }, 'raised');
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

  #toRaise(metric: MetricAlarmState, transition: Transition, id: string): Raise {
    const { side, severity, value, timestampMs } = transition;
    const limits = metric.limits as EffectiveLimits;
    return metricRaise(metric.machine.entry.record, this.#states.definitionOf(metric), {
      id,
      side,
      severity,
      limits,
      value,
      messageValue: value,
      peakValue: value,
      readingCount: 1,
      details: metric.level?.details ?? null,
      clearsAt: clearingValue(side, limits, this.#states.timingOf(metric)),
      atMs: timestampMs,
    });
  }
}
