// Which machines are stale, and which of them share an alert.

import { suppressionBy } from '@gonsters/contract';
import type { MachineService } from '../../machines/machine-service.ts';
import type { OfflineGateway } from '../../machines/offline-gateways.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';

/** Machines of one location that become stale within this time share one alert. */
const MERGE_WINDOW_MS = 30_000;

export interface StaleCheck {
  /** Machines that have turned stale since the last check, whether they need an alert or not. */
  turnedStale: string[];
  /** Machines that are not stale any more without a further reading, because their timeout became longer. */
  turnedOnline: string[];
  /** Machines that need an alert because their gateway is offline. */
  offline: Map<OfflineGateway, MachineAlarmState[]>;
  /** Other machines that need an alert, by location. */
  toRaise: Map<string, MachineAlarmState[]>;
  /** Machines that have an alert and need none any more: heard again, or no longer in operation. */
  released: string[];
}

interface RecentAlert {
  alertId: string;
  raisedAtMs: number;
}

export class StaleMachines {
  #observedSinceMs: number;
  /** Machine → its open alert. */
  readonly #alertOf = new Map<string, string>();
  /** Alert → its machines that are still stale. */
  readonly #machinesOf = new Map<string, Set<string>>();
  /** Location → its newest alert. */
  readonly #recentAlerts = new Map<string, RecentAlert>();

  /** `observedSinceMs`: no machine is taken for stale because of the time before, when readings were not observed. */
  constructor(observedSinceMs: number) {
    this.#observedSinceMs = observedSinceMs;
  }

  check(
    machines: Iterable<MachineAlarmState>,
    nowMs: number,
    { timeouts, offlineGateways }: Pick<MachineService, 'timeouts' | 'offlineGateways'>,
  ): StaleCheck {
    const found: StaleCheck = {
      turnedStale: [],
      turnedOnline: [],
      offline: new Map(),
      toRaise: new Map(),
      released: [],
    };
    // The server's clock may have been set back.
    this.#observedSinceMs = Math.min(this.#observedSinceMs, nowMs);
    for (const machine of machines) {
      if (machine.lastHeardMs === Number.NEGATIVE_INFINITY) continue;
      const machineId = machine.machineId;
      // Heard before the server's clock was set back: the timeout counts from now on.
      if (machine.lastHeardMs > nowMs) machine.lastHeardMs = nowMs;
      const staleBeforeMs = nowMs - timeouts.of(machineId, machine.entry.record.sensorType);
      const gateway = offlineGateways.of(machineId, machine.lastHeardMs);
      if (machine.lastHeardMs < staleBeforeMs || gateway !== null) {
        // A machine that was stale when the server started has not turned stale now.
        if (machine.connection === 'online') found.turnedStale.push(machineId);
        machine.connection = 'stale';
        machine.mayRecover = true;
        const { status, location } = machine.entry.record;
        const inOperation = suppressionBy(status) === null && machine.connectionRule?.isActive !== false;
        const hasAlert = this.#alertOf.has(machineId);
        if (hasAlert && !inOperation) found.released.push(machineId);
        if (hasAlert || !inOperation) continue;
        if (gateway !== null) addTo(found.offline, gateway, machine);
        else if (this.#observedSinceMs < staleBeforeMs) addTo(found.toRaise, location, machine);
      } else {
        if (machine.connection === 'stale') found.turnedOnline.push(machineId);
        machine.connection = 'online';
        if (this.#alertOf.has(machineId)) found.released.push(machineId);
      }
    }
    return found;
  }

  /** The alert of a location that was raised so recently that further machines join it; null where there is none. */
  recentAlertOf(location: string, nowMs: number): string | null {
    const recent = this.#recentAlerts.get(location);
    return recent !== undefined && nowMs - recent.raisedAtMs <= MERGE_WINDOW_MS && this.#machinesOf.has(recent.alertId)
      ? recent.alertId
      : null;
  }

  setRecentAlert(location: string, alertId: string, raisedAtMs: number): void {
    this.#recentAlerts.set(location, { alertId, raisedAtMs });
  }

  /** The alert is about these machines, too, from now on. */
  assign(alertId: string, machineIds: readonly string[]): void {
    const machines = this.#machinesOf.get(alertId) ?? new Set();
    this.#machinesOf.set(alertId, machines);
    for (const machineId of machineIds) {
      machines.add(machineId);
      this.#alertOf.set(machineId, alertId);
    }
  }

  /** The machine needs no alert any more. @returns the alert that has no stale machine left by this, or null */
  release(machineId: string): string | null {
    const alertId = this.#alertOf.get(machineId);
    if (alertId === undefined) return null;
    this.#alertOf.delete(machineId);
    const machines = this.#machinesOf.get(alertId);
    machines?.delete(machineId);
    if (machines === undefined || machines.size > 0) return null;
    this.#machinesOf.delete(alertId);
    return alertId;
  }
}

function addTo<Key>(groups: Map<Key, MachineAlarmState[]>, key: Key, machine: MachineAlarmState): void {
  const others = groups.get(key);
  if (others) others.push(machine);
  else groups.set(key, [machine]);
}
