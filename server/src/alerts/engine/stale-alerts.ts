// Machines that have fallen silent: raises, extends and ends their connection alerts, and says who is online again.

import type { EventBus } from '../../events/event-bus.ts';
import {
  clearedAlert,
  closedAlert,
  isActive,
  joinedAlert,
  type Raise,
  raisedAlert,
  returnedAlert,
} from '../rules/alert-lifecycle.ts';
import { staleMessage } from '../rules/alert-message.ts';
import type { AlertRecord } from '../store/alert-repository.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';
import { Staleness } from './stale-machines.ts';

export class StaleAlerts {
  readonly #ledger: AlertChanges;
  readonly #bus: EventBus;
  readonly #makeId: () => string;
  readonly #staleness: Staleness;
  #cameBack: string[] = [];

  constructor(parts: { ledger: AlertChanges; bus: EventBus; makeId: () => string; startedAtMs: number }) {
    this.#ledger = parts.ledger;
    this.#bus = parts.bus;
    this.#makeId = parts.makeId;
    this.#staleness = new Staleness(parts.startedAtMs);
  }

  /** Follows a connection alert from before the restart; the first look ends it where its machines are back. */
  follow(alert: AlertRecord): void {
    if (isActive(alert)) this.#staleness.assign(alert.id, alert.machineIds);
  }

  /** Looks at all machines once. */
  look(watches: ReadonlyMap<string, MachineAlarmState>, nowMs: number, timeoutSeconds: number): void {
    const round = this.#staleness.look(watches.values(), nowMs, timeoutSeconds * 1000);
    for (const machineId of round.released) this.#release(machineId, nowMs);
    for (const [location, silent] of round.silent) this.#raise(location, silent, nowMs, timeoutSeconds);
    if (round.turnedStale.length > 0) this.#bus.publish({ kind: 'machine_status', machineIds: round.turnedStale });
  }

  /** A reading of a machine that was silent, or new. False where that reading is itself older than the timeout. */
  heard(watch: MachineAlarmState, timestampMs: number, nowMs: number, timeoutSeconds: number): boolean {
    if (timestampMs < nowMs - timeoutSeconds * 1000) return false;
    if (watch.connection === 'online') return true;
    watch.connection = 'online';
    this.#release(watch.machineId, nowMs);
    this.#cameBack.push(watch.machineId);
    // After the caller has told the machine directory of the reading, too.
    if (this.#cameBack.length === 1) queueMicrotask(() => this.#publishCameBack());
    return true;
  }

  /** The machine is gone. */
  forget(machineId: string, nowMs: number): void {
    const alertId = this.#staleness.release(machineId);
    const alert = alertId === null ? undefined : this.#ledger.open.get(alertId);
    if (alert !== undefined) this.#ledger.change(closedAlert(alert, nowMs), null);
  }

  #publishCameBack(): void {
    const machineIds = this.#cameBack;
    this.#cameBack = [];
    this.#bus.publish({ kind: 'machine_status', machineIds });
  }

  #release(machineId: string, nowMs: number): void {
    const alertId = this.#staleness.release(machineId);
    const alert = alertId === null ? undefined : this.#ledger.open.get(alertId);
    if (alert !== undefined) this.#ledger.change(clearedAlert(alert, nowMs), 'cleared');
  }

  #raise(location: string, silent: readonly MachineAlarmState[], nowMs: number, timeoutSeconds: number): void {
    const mergeable = this.#staleness.mergeable(location, nowMs);
    const before = mergeable === null ? undefined : this.#ledger.open.get(mergeable);
    const silentIds = silent.map((watch) => watch.machineId);
    const alert =
      before !== undefined && before.shelvedUntilMs === null
        ? this.#join(before, silent, nowMs, timeoutSeconds)
        : this.#raiseAnew(location, silent, nowMs, timeoutSeconds);
    if (alert.id !== before?.id) this.#staleness.opened(location, alert.id, nowMs);
    this.#staleness.assign(alert.id, silentIds);
  }

  /** That others have joined is news to whoever acknowledged the first. */
  #join(before: AlertRecord, silent: readonly MachineAlarmState[], nowMs: number, timeoutSeconds: number): AlertRecord {
    const machineIds = [...new Set([...before.machineIds, ...silent.map((watch) => watch.machineId)])];
    const machineName = machineIds.length === 1 ? before.machineName : `${machineIds.length} machines`;
    const joined = {
      machineId: machineIds.length === 1 ? before.machineId : null,
      machineIds,
      machineName,
      message: staleMessage(machineName, machineIds.length, before.location, timeoutSeconds),
    };
    return this.#ledger.change(joinedAlert(before, joined, nowMs), null, before.state !== 'active_unacked');
  }

  #raiseAnew(
    location: string,
    silent: readonly MachineAlarmState[],
    nowMs: number,
    timeoutSeconds: number,
  ): AlertRecord {
    const machineIds = silent.map((watch) => watch.machineId);
    const first = silent[0] as MachineAlarmState;
    const { name } = first.entry.record;
    const raise = {
      id: this.#makeId(),
      machineId: machineIds.length === 1 ? first.machineId : null,
      machineIds,
      machineName: machineIds.length === 1 ? name : `${machineIds.length} machines`,
      location,
      metric: 'connection',
      limitKind: 'stale',
      severity: 'warning',
      message: staleMessage(name, machineIds.length, location, timeoutSeconds),
      threshold: timeoutSeconds,
      value: Math.round((nowMs - first.newestMs) / 1000),
      peakValue: null,
      readingCount: 0,
      clearsAt: null,
      atMs: nowMs,
    } satisfies Raise;
    const cleared = this.#clearedOf(machineIds);
    return this.#ledger.change(
      cleared === undefined
        ? this.#ledger.onShelf(raisedAlert(raise, false))
        : { ...returnedAlert(cleared, raise, false), machineName: raise.machineName, location },
      'raised',
    );
  }

  /** The unacknowledged alert of an earlier silence of just these machines. */
  #clearedOf(machineIds: readonly string[]): AlertRecord | undefined {
    const [first] = machineIds;
    return this.#ledger.open
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
