// Turns transitions of conditions other than limits into changes of their alerts.

import { randomUUID } from 'node:crypto';
import { suppressionBy } from '@gonsters/contract';
import {
  clearedAlert,
  conditionKey,
  escalatedAlert,
  isActive,
  type MoreKind,
  type Raise,
  raisedAlert,
  returnedAlert,
} from '../rules/alert-lifecycle.ts';
import { conditionMessage } from '../rules/alert-message.ts';
import type { Transition } from '../rules/condition.ts';
import type { RuleState } from '../rules/evaluate-condition.ts';
import { RecentRaises } from '../rules/recent-raises.ts';
import type { AlertRecord } from '../store/alert-repository.ts';
import { evaluationRecord } from '../store/evaluation-state.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { MetricCondition } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';

/** Counts and peaks of active alerts are stored this often, and of this many alerts at once. */
const FIGURES_INTERVAL_MS = 5000;
const FIGURES_AT_ONCE = 200;
const NO_FIGURES = { readingCount: 0, peakValue: null };

export class ConditionAlerts {
  readonly #changes: AlertChanges;
  readonly #states: MachineAlarmStates;
  /** Of the active alerts by id. */
  readonly #raised = new Map<string, MetricCondition>();
  readonly #recent = new RecentRaises();
  #figuresStoredAtMs = 0;

  constructor(changes: AlertChanges, states: MachineAlarmStates) {
    this.#changes = changes;
    this.#states = states;
  }

  alertOf({ metric, condition }: Pick<MetricCondition, 'metric' | 'condition'>): AlertRecord | undefined {
    const { machine, name } = metric;
    return this.#changes.open.byKey(conditionKey(machine.machineId, name, condition.kind as MoreKind));
  }

  /** Continues with an alert that was active before the restart, or before the condition was changed. */
  resume(active: MetricCondition): void {
    const alert = this.alertOf(active);
    if (alert === undefined || !isActive(alert)) return;
    active.figures ??= alert;
    this.#raised.set(alert.id, active);
  }

  /**
   * @param before the state before the transitions, which still has the count and peak of a condition that has cleared
   * @param silentId of the silent alert that becomes live; null where there is none
   */
  apply(
    active: MetricCondition,
    before: RuleState['condition'],
    transition: Transition,
    silentId: string | null,
  ): void {
    const { change, timestampMs } = transition;
    const current = this.alertOf(active);
    if (change === 'raised') this.#raise(active, transition, current, silentId);
    else if (current !== undefined && isActive(current) && change === 'escalated') {
      const raise = this.toRaise(active, transition, current.id);
      this.#changes.change(escalatedAlert(this.withFigures(current), raise), 'escalated');
    } else if (current !== undefined && isActive(current)) {
      // It cannot clear before it was raised, since the clock may have raised it while a value was on its way.
      const counted = this.#counted(current, active, before);
      this.#raised.delete(current.id);
      active.figures = null;
      this.#changes.change(clearedAlert(counted, Math.max(timestampMs, current.raisedAtMs)), 'cleared');
    }
  }

  /** The condition is in force no more: its alert clears. */
  clear(alert: AlertRecord, nowMs: number): void {
    if (!isActive(alert)) return;
    this.#changes.change(clearedAlert(this.withFigures(alert), nowMs), 'cleared');
    this.#raised.delete(alert.id);
  }

  /** The alert with its newest count and peak. */
  withFigures(alert: AlertRecord): AlertRecord {
    const active = this.#raised.get(alert.id);
    return active === undefined || !isActive(alert) ? alert : this.#counted(alert, active, active.state.condition);
  }

  /** Stores counts and peaks that have changed. Called each second. */
  storeFigures(nowMs: number): void {
    if (nowMs - this.#figuresStoredAtMs < FIGURES_INTERVAL_MS && nowMs >= this.#figuresStoredAtMs) return;
    this.#figuresStoredAtMs = nowMs;
    let stored = 0;
    for (const [id, active] of this.#raised) {
      const alert = this.#changes.open.get(id);
      if (alert === undefined || !isActive(alert)) {
        this.#raised.delete(id);
        continue;
      }
      const newest = this.withFigures(alert);
      if (newest.readingCount === alert.readingCount) continue;
      this.#changes.updateFigures(newest, evaluationRecord(active.metric));
      if (++stored === FIGURES_AT_ONCE) return;
    }
  }

  toRaise(active: MetricCondition, { severity, value, timestampMs }: Transition, id: string): Raise {
    const { metric, condition, rule, details } = active;
    const { record } = metric.machine.entry;
    const isRate = rule.kind === 'rate_of_change';
    return {
      id,
      machineId: record.id,
      machineIds: [record.id],
      machineName: record.name,
      location: record.location,
      metric: metric.name,
      limitKind: 'stale',
      severity,
      message: conditionMessage(this.#states.definitionOf(metric), condition, value),
      threshold: isRate ? rule.unitsPerMinute : null,
      value: isRate ? rounded(value) : value,
      peakValue: isRate ? rounded(value) : null,
      readingCount: 1,
      clearsAt: isRate ? rule.unitsPerMinute - (rule.timing.deadband ?? 0) : null,
      details,
      atMs: timestampMs,
    };
  }

  #raise(
    active: MetricCondition,
    transition: Transition,
    current: AlertRecord | undefined,
    silentId: string | null,
  ): void {
    const { machine, name } = active.metric;
    const suppressed = suppressionBy(machine.entry.record.status) !== null;
    const raise = this.toRaise(active, transition, silentId ?? randomUUID());
    const alert =
      current === undefined
        ? this.#changes.withShelf(raisedAlert(raise, suppressed))
        : returnedAlert(current, raise, suppressed);
    active.figures = current ?? NO_FIGURES;
    this.#raised.set(alert.id, active);
    const counted = this.#counted(alert, active, active.state.condition);
    const key = conditionKey(machine.machineId, name, active.condition.kind as MoreKind);
    const chattering = this.#recent.isChattering(key, transition.timestampMs) || alert.chattering;
    this.#changes.change({ ...counted, chattering }, 'raised');
  }

  #counted(alert: AlertRecord, { rule, figures }: MetricCondition, { high }: RuleState['condition']): AlertRecord {
    if (figures === null) return alert;
    const peak = rule.kind === 'rate_of_change' ? signedPeak(alert, high.peakValue) : null;
    const readingCount = figures.readingCount + high.readingCount;
    return {
      ...alert,
      readingCount,
      peakValue: worse(figures.peakValue, peak),
      raise: { ...alert.raise, readingCount: high.readingCount, peakValue: peak },
    };
  }
}

/** So that 12.4 is not 12.399999999999999. */
const RATE_DIGITS = 12;
const rounded = (rate: number) => Number(rate.toPrecision(RATE_DIGITS));

/** Peaks are measured without their sign; a fall is negative. */
export function signedPeak({ value }: Pick<AlertRecord, 'value'>, peak: number | null): number | null {
  return peak === null ? value : rounded((value ?? 0) < 0 ? -peak : peak);
}

function worse(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.abs(a) > Math.abs(b) ? a : b;
}
