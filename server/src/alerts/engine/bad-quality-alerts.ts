// Raises and clears the alerts about metrics whose values are bad.

import { randomUUID } from 'node:crypto';
import { suppressionBy } from '@gonsters/contract';
import {
  clearedAlert,
  conditionKey,
  isActive,
  type Raise,
  raisedAlert,
  returnedAlert,
} from '../rules/alert-lifecycle.ts';
import { badQualityMessage } from '../rules/alert-message.ts';
import { openSince } from './active-condition.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { BadSpell, MachineAlarmState, MetricAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';

/** The newest value has been bad for this long, if no condition says otherwise. */
const ON_DELAY_MS = 60_000;
/** Alerts raised in one turn of the event loop: a few milliseconds. A gateway may lose all its sensors at once. */
const RAISED_AT_ONCE = 200;

export class BadQualityAlerts {
  readonly #changes: AlertChanges;
  readonly #states: MachineAlarmStates;
  /** The metrics whose newest value is bad. */
  readonly #bad = new Set<MetricAlarmState>();

  constructor(changes: AlertChanges, states: MachineAlarmStates) {
    this.#changes = changes;
    this.#states = states;
  }

  /** Continues with the metrics of a machine that were bad before the restart. */
  resume(machine: MachineAlarmState): void {
    for (const metric of machine.metrics) if (metric.bad !== null) this.#bad.add(metric);
  }

  /** A live value in order is bad. The delay counts from its arrival, because a better one may already be on its way. */
  extend(metric: MetricAlarmState, arrivedMs: number, value: number): void {
    if (metric.bad !== null) {
      metric.bad.value = value;
      return;
    }
    metric.bad = { sinceMs: arrivedMs, value, isRaised: false };
    this.#bad.add(metric);
    this.#states.save(metric);
  }

  /** The first good value in order after bad ones. */
  end(metric: MetricAlarmState, effectiveMs: number): void {
    metric.bad = null;
    this.#bad.delete(metric);
    this.#states.save(metric);
    const alert = this.#openAlertOf(metric);
    if (alert === undefined || !isActive(alert)) return;
    // It was raised by the clock, and the value may have been on its way then.
    this.#changes.change(clearedAlert(alert, Math.max(effectiveMs, alert.raisedAtMs)), 'cleared');
  }

  /** Called each second. */
  check(nowMs: number): void {
    let raised = 0;
    for (const metric of this.#bad) {
      const bad = metric.bad as BadSpell;
      if (bad.isRaised) continue;
      // It began before the server's clock was set back.
      bad.sinceMs = Math.min(bad.sinceMs, nowMs);
      const { badRule } = metric;
      if (nowMs - bad.sinceMs < (badRule?.onDelayMs ?? ON_DELAY_MS)) continue;
      if (badRule === null ? !this.#states.isDescribed(metric) : !badRule.isActive) continue;
      if (badRule !== null && nowMs < openSince(badRule.gate, nowMs)) continue;
      // There is an alert for the machine already, and values of a Sparkplug node that died are bad because of that.
      if (metric.machine.connection === 'stale') continue;
      this.#raise(metric, bad, nowMs);
      if (++raised === RAISED_AT_ONCE) return;
    }
  }

  /** The machine was deleted. */
  forget(machine: MachineAlarmState): void {
    for (const metric of machine.metrics) this.#bad.delete(metric);
  }

  #raise(metric: MetricAlarmState, bad: BadSpell, nowMs: number): void {
    const { record } = metric.machine.entry;
    const seconds = (nowMs - bad.sinceMs) / 1000;
    const raise = {
      id: randomUUID(),
      machineId: record.id,
      machineIds: [record.id],
      machineName: record.name,
      location: record.location,
      metric: metric.name,
      limitKind: 'stale',
      severity: metric.badRule?.severity ?? 'warning',
      message: badQualityMessage(this.#states.definitionOf(metric), seconds, bad.value),
      threshold: null,
      value: Number.isFinite(bad.value) ? bad.value : null,
      peakValue: null,
      readingCount: 0,
      clearsAt: null,
      details: metric.badRule?.details ?? null,
      atMs: nowMs,
    } satisfies Raise;
    const current = this.#openAlertOf(metric);
    const suppressed = suppressionBy(record.status) !== null;
    bad.isRaised = true;
    this.#changes.change(
      current === undefined
        ? this.#changes.withShelf(raisedAlert(raise, suppressed))
        : returnedAlert(current, raise, suppressed),
      'raised',
    );
    this.#states.save(metric);
  }

  #openAlertOf({ machine, name }: MetricAlarmState) {
    return this.#changes.open.byKey(conditionKey(machine.machineId, name, 'stale'));
  }
}
