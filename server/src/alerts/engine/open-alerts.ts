// The alerts that are not closed, found by id, by condition and by machine.

import { type AlarmState, isAboutMetric, type Severity } from '@gonsters/contract';
import { isAnnunciated, isClosed, keyOf } from '../rules/alert-lifecycle.ts';
import type { AlertRecord } from '../store/alert-repository.ts';

export class OpenAlerts {
  readonly #byId = new Map<string, AlertRecord>();
  readonly #byKey = new Map<string, AlertRecord>();
  readonly #byMachine = new Map<string, Set<string>>();
  /** What `alarmOf` found; a change of an alert of the machine removes it. */
  readonly #alarms = new Map<string, Readonly<AlarmState> | null>();
  readonly #counts: Record<Severity, number> = { critical: 0, warning: 0 };

  /** Sets the newest version of an alert; a closed alert is removed. */
  put(alert: AlertRecord): void {
    this.#remove(alert.id);
    if (isClosed(alert)) return;
    this.#byId.set(alert.id, alert);
    this.#byKey.set(keyOf(alert), alert);
    for (const machineId of alert.machineIds) {
      this.#alarms.delete(machineId);
      const ids = this.#byMachine.get(machineId);
      if (ids) ids.add(alert.id);
      else this.#byMachine.set(machineId, new Set([alert.id]));
    }
    if (isAnnunciated(alert)) this.#counts[alert.severity]++;
  }

  get(id: string): AlertRecord | undefined {
    return this.#byId.get(id);
  }

  byKey(key: string): AlertRecord | undefined {
    return this.#byKey.get(key);
  }

  all(): IterableIterator<AlertRecord> {
    return this.#byId.values();
  }

  ofMachine(machineId: string): AlertRecord[] {
    const ids = this.#byMachine.get(machineId);
    return ids ? Array.from(ids, (id) => this.#byId.get(id) as AlertRecord) : [];
  }

  /** Worst alert of a machine that is active, unshelved and unsuppressed, without those about what a gateway sends. */
  severityOf(machineId: string): Severity | null {
    let worst: Severity | null = null;
    for (const id of this.#byMachine.get(machineId) ?? []) {
      const alert = this.#byId.get(id) as AlertRecord;
      if (alert.metric === 'gateway' || !isAnnunciated(alert)) continue;
      if (alert.severity === 'critical') return 'critical';
      worst = alert.severity;
    }
    return worst;
  }

  /** The same of its metrics only, and whether every such alert is acknowledged. */
  alarmOf(machineId: string): Readonly<AlarmState> | null {
    const known = this.#alarms.get(machineId);
    if (known !== undefined) return known;
    // Nothing is kept of machines without alerts, which may be deleted without a word.
    if (!this.#byMachine.has(machineId)) return null;
    const alarm = this.#findAlarm(machineId);
    this.#alarms.set(machineId, alarm);
    return alarm;
  }

  counts(): Record<Severity, number> {
    return { ...this.#counts };
  }

  /** The same of the alerts for which `isVisible` holds. */
  countsOf(isVisible: (alert: AlertRecord) => boolean): Record<Severity, number> {
    const counts = { critical: 0, warning: 0 };
    for (const alert of this.#byId.values()) if (isAnnunciated(alert) && isVisible(alert)) counts[alert.severity]++;
    return counts;
  }

  #findAlarm(machineId: string): AlarmState | null {
    let worst: AlarmState | null = null;
    for (const id of this.#byMachine.get(machineId) ?? []) {
      const alert = this.#byId.get(id) as AlertRecord;
      if (!isAboutMetric(alert.metric) || !isAnnunciated(alert)) continue;
      const acknowledged = alert.state === 'active_acked';
      if (worst === null || (worst.severity === 'warning' && alert.severity === 'critical')) {
        worst = { severity: alert.severity, acknowledged };
      } else if (worst.severity === alert.severity && !acknowledged) {
        worst = { severity: worst.severity, acknowledged };
      }
    }
    return worst;
  }

  #remove(id: string): void {
    const known = this.#byId.get(id);
    if (known === undefined) return;
    this.#byId.delete(id);
    const key = keyOf(known);
    if (this.#byKey.get(key)?.id === id) this.#byKey.delete(key);
    for (const machineId of known.machineIds) {
      this.#alarms.delete(machineId);
      const ids = this.#byMachine.get(machineId);
      ids?.delete(id);
      if (ids?.size === 0) this.#byMachine.delete(machineId);
    }
    if (isAnnunciated(known)) this.#counts[known.severity]--;
  }
}
