// What a change of a machine means for its alerts: another name or place, maintenance, deletion.

import { isAboutMetric, suppressionBy } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import { metricIndexOf } from '../../metric-index.ts';
import { presentPlace } from '../alert-view.ts';
import { closedAlert, isActive, movedAlert, suppressedAlert } from '../rules/alert-lifecycle.ts';
import { QUIET } from '../rules/condition.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { BadQualityAlerts } from './bad-quality-alerts.ts';
import type { MetricAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';
import type { MetricAlerts } from './metric-alerts.ts';
import type { StaleAlerts } from './stale-alerts.ts';

export class MachineChanges {
  readonly #machines: MachineService;
  readonly #states: MachineAlarmStates;
  readonly #metricAlerts: MetricAlerts;
  readonly #badQualityAlerts: BadQualityAlerts;
  readonly #staleAlerts: StaleAlerts;
  readonly #changes: AlertChanges;
  readonly #clock: Clock;
  /** Version of the catalogue up to which alerts of metrics without alerts are closed. */
  #silencedVersion = -1;

  constructor(deps: {
    machines: MachineService;
    states: MachineAlarmStates;
    metricAlerts: MetricAlerts;
    badQualityAlerts: BadQualityAlerts;
    staleAlerts: StaleAlerts;
    changes: AlertChanges;
    clock: Clock;
  }) {
    this.#machines = deps.machines;
    this.#states = deps.states;
    this.#metricAlerts = deps.metricAlerts;
    this.#badQualityAlerts = deps.badQualityAlerts;
    this.#staleAlerts = deps.staleAlerts;
    this.#changes = deps.changes;
    this.#clock = deps.clock;
  }

  /** Another machine type has other limits, and one that is in maintenance or inactive suppresses the alerts about values. */
  updated(machineId: string): void {
    const machine = this.#states.get(machineId);
    if (machine === undefined) return;
    machine.limitsVersion = -1;
    machine.mayRecover = true;
    const nowMs = this.#clock.nowMs();
    for (const alert of this.#changes.open.ofMachine(machineId)) {
      const place = presentPlace(alert, this.#machines);
      if (place.machineName === alert.machineName && place.location === alert.location) continue;
      this.#changes.change(movedAlert(this.#metricAlerts.withFigures(alert), place, nowMs), null);
    }
    if (suppressionBy(machine.entry.record.status) === null) return;
    for (const alert of this.#changes.open.ofMachine(machineId)) {
      if (!isAboutMetric(alert.metric) || !isActive(alert) || alert.state === 'suppressed') continue;
      this.#changes.change(suppressedAlert(this.#metricAlerts.withFigures(alert), nowMs), null);
    }
  }

  /** The alerts of a deleted machine close, since no reading can clear them. */
  deleted(machineId: string): void {
    const nowMs = this.#clock.nowMs();
    const machine = this.#states.get(machineId);
    if (machine !== undefined) this.#badQualityAlerts.forget(machine);
    this.#states.delete(machineId);
    this.#staleAlerts.machineDeleted(machineId, nowMs);
    for (const alert of this.#changes.open.ofMachine(machineId)) {
      if (alert.machineId !== machineId) continue;
      this.#metricAlerts.forget(alert);
      const formerFactoryId = machine?.entry.record.factoryId ?? null;
      this.#changes.change({ ...closedAlert(alert, nowMs), formerFactoryId }, null);
    }
  }

  /** Closes alerts of metrics that have none any more, because they were retired or deleted. Called each second. */
  closeSilenced(): void {
    const { catalogueVersion } = this.#states;
    if (this.#silencedVersion === catalogueVersion) return;
    this.#silencedVersion = catalogueVersion;
    for (const alert of [...this.#changes.open.all()]) {
      if (!isAboutMetric(alert.metric) || !this.#states.isSilent(alert.metric)) continue;
      const metric = this.#states.get(alert.machineId ?? '')?.find(metricIndexOf(alert.metric));
      if (metric !== undefined) this.#silence(metric);
      this.#changes.change(closedAlert(this.#metricAlerts.withFigures(alert), this.#clock.nowMs()), null);
      this.#metricAlerts.forget(alert);
    }
  }

  /** Closes alerts of machines that were deleted while no node was leader. */
  closeOrphans(): void {
    for (const alert of [...this.#changes.open.all()]) {
      if (alert.machineId === null || this.#states.get(alert.machineId) !== undefined) continue;
      this.#changes.change(closedAlert(alert, this.#clock.nowMs()), null);
    }
  }

  #silence(metric: MetricAlarmState): void {
    metric.condition = QUIET;
    if (metric.bad !== null) metric.bad.isRaised = false;
    this.#states.save(metric);
  }
}
