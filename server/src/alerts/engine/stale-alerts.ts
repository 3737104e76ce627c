// Raises, extends and clears the alerts about stale machines, and announces machines that turn stale or come back online.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { DomainEvent } from '../../events/domain-events.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { OfflineGateway } from '../../machines/offline-gateways.ts';
import {
  clearedAlert,
  closedAlert,
  extendedAlert,
  isActive,
  type Raise,
  raisedAlert,
  returnedAlert,
} from '../rules/alert-lifecycle.ts';
import { offlineMessage, staleMessage } from '../rules/alert-message.ts';
import type { AlertRecord } from '../store/alert-repository.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';
import type { MachineAlarmStates } from './machine-alarm-states.ts';
import { StaleMachines } from './stale-machines.ts';

export class StaleAlerts {
  readonly #changes: AlertChanges;
  readonly #states: MachineAlarmStates;
  readonly #machines: Pick<MachineService, 'timeouts' | 'offlineGateways'>;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #staleMachines: StaleMachines;
  #backOnline: string[] = [];

  constructor(deps: {
    changes: AlertChanges;
    states: MachineAlarmStates;
    machines: Pick<MachineService, 'timeouts' | 'offlineGateways'>;
    bus: EventBus;
    clock: Clock;
    observedSinceMs: number;
  }) {
    this.#changes = deps.changes;
    this.#states = deps.states;
    this.#machines = deps.machines;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.#staleMachines = new StaleMachines(deps.observedSinceMs);
  }

  /** Continues with the stale alerts from before the restart. The next check clears those whose machines are back. */
  resume(nowMs: number): void {
    for (const alert of [...this.#changes.open.all()]) {
      if (alert.metric !== 'connection') continue;
      if (isActive(alert)) this.#staleMachines.assign(alert.id, alert.machineIds);
      // A machine may have been deleted while the server was down.
      for (const id of alert.machineIds) if (this.#states.get(id) === undefined) this.machineDeleted(id, nowMs);
    }
  }

  /** Checks all machines, each by its own timeout. Called each second, and after a timeout has changed. */
  check(nowMs: number): void {
    const found = this.#staleMachines.check(this.#states.all(), nowMs, this.#machines);
    for (const machineId of found.released) this.#clear(machineId, nowMs);
    for (const [gateway, machines] of found.offline) this.#raiseOffline(gateway, machines, nowMs);
    for (const [location, machines] of found.toRaise) this.#raise(location, machines, nowMs);
    const machineIds = [...found.turnedStale, ...found.turnedOnline];
    if (machineIds.length > 0) this.#bus.publish({ kind: 'machine_status', machineIds });
  }

  /** Timeouts have changed, or the connection of a gateway. Machines are checked after all nodes have been told of that change. */
  handleEvent(event: DomainEvent): void {
    const isAboutTimeouts =
      event.kind === 'config'
        ? event.changed.includes('inactivity_timeout')
        : event.kind === 'metrics_changed' && event.types.length + event.machineIds.length > 0;
    if (isAboutTimeouts || event.kind === 'gateway_offline' || event.kind === 'gateway_online')
      queueMicrotask(() => this.check(this.#clock.nowMs()));
  }

  /**
   * A reading of a machine that was stale, or is new: its stale alert clears.
   *
   * @returns false where the reading is itself older than the timeout, so that the machine is still stale
   */
  machineHeard(machine: MachineAlarmState, timestampMs: number, nowMs: number): boolean {
    if (timestampMs < nowMs - this.#machines.timeouts.of(machine.machineId)) return false;
    // Of before the end of the connection, and evaluated late.
    if (this.#machines.offlineGateways.of(machine.machineId, timestampMs) !== null) return false;
    if (machine.connection === 'online') return true;
    machine.connection = 'online';
    this.#clear(machine.machineId, nowMs);
    this.#backOnline.push(machine.machineId);
    // Published after the caller has given the reading to `MachineService`, too.
    if (this.#backOnline.length === 1) queueMicrotask(() => this.#publishBackOnline());
    return true;
  }

  machineDeleted(machineId: string, nowMs: number): void {
    const alertId = this.#staleMachines.release(machineId);
    const alert = alertId === null ? undefined : this.#changes.open.get(alertId);
    if (alert !== undefined) this.#changes.change(closedAlert(alert, nowMs), null);
  }

  #publishBackOnline(): void {
    const machineIds = this.#backOnline;
    this.#backOnline = [];
    this.#bus.publish({ kind: 'machine_status', machineIds });
  }

  #clear(machineId: string, nowMs: number): void {
    const alertId = this.#staleMachines.release(machineId);
    const alert = alertId === null ? undefined : this.#changes.open.get(alertId);
    if (alert !== undefined) this.#changes.change(clearedAlert(alert, nowMs), 'cleared');
  }

  #raise(location: string, machines: readonly MachineAlarmState[], nowMs: number): void {
    const recentId = this.#staleMachines.recentAlertOf(location, nowMs);
    const recent = recentId === null ? undefined : this.#changes.open.get(recentId);
    const alert =
      recent !== undefined && recent.shelvedUntilMs === null
        ? this.#extend(recent, machines, nowMs)
        : this.#raiseNew(location, machines, nowMs);
    if (alert.id !== recent?.id) this.#staleMachines.setRecentAlert(location, alert.id, nowMs);
    this.#assign(alert, machines);
  }

  #assign(alert: AlertRecord, machines: readonly MachineAlarmState[]): void {
    this.#staleMachines.assign(
      alert.id,
      machines.map((machine) => machine.machineId),
    );
  }

  /** Further machines make an acknowledgement of the first ones invalid. */
  #extend(alert: AlertRecord, machines: readonly MachineAlarmState[], nowMs: number): AlertRecord {
    const machineIds = [...new Set([...alert.machineIds, ...machines.map((machine) => machine.machineId)])];
    const machineName = machineIds.length === 1 ? alert.machineName : `${machineIds.length} machines`;
    const rule = this.#ruleOf(machineIds);
    const extended = {
      machineId: machineIds.length === 1 ? alert.machineId : null,
      machineIds,
      machineName,
      message: staleMessage(machineName, machineIds.length, alert.location, this.#shortestTimeout(machineIds)),
    };
    const severity = alert.severity === 'critical' ? alert.severity : rule.severity;
    const worse = { ...alert, ...(alert.details !== null && { details: rule.details }), severity };
    return this.#changes.change(extendedAlert(worse, extended, nowMs), null, alert.state !== 'active_unacked');
  }

  #raiseNew(location: string, machines: readonly MachineAlarmState[], nowMs: number): AlertRecord {
    const machineIds = machines.map((machine) => machine.machineId);
    const timeoutSeconds = this.#shortestTimeout(machineIds);
    const { name } = (machines[0] as MachineAlarmState).entry.record;
    const message = staleMessage(name, machineIds.length, location, timeoutSeconds);
    const about = { location, message, threshold: timeoutSeconds, ...this.#ruleOf(machineIds) };
    return this.#raiseAbout(machines, about, nowMs);
  }

  /** One alert for the gateway, however many machines it sends for. */
  #raiseOffline(gateway: OfflineGateway, machines: readonly MachineAlarmState[], nowMs: number): void {
    const [first] = machines as [MachineAlarmState];
    const { name, location } = first.entry.record;
    const message = offlineMessage(gateway.name, name, machines.length);
    this.#assign(
      this.#raiseAbout(
        machines,
        { location, message, threshold: null, ...(!gateway.isNode && { gatewayId: gateway.gatewayId }) },
        nowMs,
      ),
      machines,
    );
  }

  #raiseAbout(
    machines: readonly MachineAlarmState[],
    about: Pick<Raise, 'location' | 'message' | 'threshold'> &
      Partial<Pick<Raise, 'gatewayId' | 'severity' | 'details'>>,
    nowMs: number,
  ): AlertRecord {
    const machineIds = machines.map((machine) => machine.machineId);
    const first = machines[0] as MachineAlarmState;
    const { name } = first.entry.record;
    const { location } = about;
    const raise = {
      id: randomUUID(),
      machineId: machineIds.length === 1 ? first.machineId : null,
      machineIds,
      machineName: machineIds.length === 1 ? name : `${machineIds.length} machines`,
      severity: 'warning',
      ...about,
      metric: 'connection',
      limitKind: 'stale',
      value: Math.round((nowMs - first.lastHeardMs) / 1000),
      peakValue: null,
      readingCount: 0,
      clearsAt: null,
      atMs: nowMs,
    } satisfies Raise;
    const cleared = this.#clearedAlertOf(machineIds);
    return this.#changes.change(
      cleared === undefined
        ? this.#changes.withShelf(raisedAlert(raise, false))
        : {
            ...returnedAlert(cleared, raise, false),
            ...{ machineName: raise.machineName, location, gatewayId: about.gatewayId ?? null },
          },
      'raised',
    );
  }

  /** The worst severity that the conditions of the machines have, and what that condition says. */
  #ruleOf(machineIds: readonly string[]): Required<Pick<Raise, 'severity' | 'details'>> {
    const rules = machineIds.flatMap((machineId) => this.#states.get(machineId)?.connectionRule ?? []);
    const rule = rules.find(({ severity }) => severity === 'critical') ?? rules[0];
    return { severity: rule?.severity ?? 'warning', details: rule?.details ?? null };
  }

  /** In seconds: all of the machines have sent nothing for at least this long. */
  #shortestTimeout(machineIds: readonly string[]): number {
    return Math.min(...machineIds.map((machineId) => this.#machines.timeouts.of(machineId))) / 1000;
  }

  /** The cleared, unacknowledged alert about exactly these machines. */
  #clearedAlertOf(machineIds: readonly string[]): AlertRecord | undefined {
    const [first] = machineIds;
    return this.#changes.open
      .ofMachine(first as string)
      .find(
        (alert) =>
          alert.metric === 'connection' &&
          alert.state === 'cleared_unacked' &&
          alert.machineIds.length === machineIds.length &&
          machineIds.every((machineId) => alert.machineIds.includes(machineId)),
      );
  }
}
