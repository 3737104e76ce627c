// Machines that have fallen silent: raises, extends and ends their connection alerts, and says who is online again.

import type { LiveBus } from '../live/live-bus.ts';
import type { AlertLedger } from './alert-ledger.ts';
import { clearedAlert, closedAlert, isActive, raisedAlert } from './alert-lifecycle.ts';
import { staleMessage } from './alert-message.ts';
import type { AlertRecord } from './alert-repository.ts';
import type { MachineWatch } from './machine-watch.ts';
import { Staleness } from './staleness.ts';

export class SilenceAlerts {
  readonly #ledger: AlertLedger;
  readonly #bus: LiveBus;
  readonly #makeId: () => string;
  readonly #staleness: Staleness;
  #cameBack: string[] = [];

  constructor(parts: { ledger: AlertLedger; bus: LiveBus; makeId: () => string; startedAtMs: number }) {
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
  look(watches: ReadonlyMap<string, MachineWatch>, nowMs: number, timeoutSeconds: number): void {
    const round = this.#staleness.look(watches.values(), nowMs, timeoutSeconds * 1000);
    for (const machineId of round.released) this.#release(machineId, nowMs);
    for (const [location, silent] of round.silent) this.#raise(location, silent, nowMs, timeoutSeconds);
    if (round.turnedStale.length > 0) this.#bus.publish({ kind: 'machine_status', machineIds: round.turnedStale });
  }

  /** A reading of a machine that was silent, or new. False where that reading is itself older than the timeout. */
  heard(watch: MachineWatch, timestampMs: number, nowMs: number, timeoutSeconds: number): boolean {
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

  #raise(location: string, silent: readonly MachineWatch[], nowMs: number, timeoutSeconds: number): void {
    const mergeable = this.#staleness.mergeable(location, nowMs);
    const before = mergeable === null ? undefined : this.#ledger.open.get(mergeable);
    const extended = before !== undefined && before.shelvedUntilMs === null ? before : undefined;
    const machineIds = [...new Set([...(extended?.machineIds ?? []), ...silent.map((watch) => watch.machineId)])];
    const first = silent[0] as MachineWatch;
    const raised = raisedAlert(
      {
        id: extended?.id ?? this.#makeId(),
        machineId: machineIds.length === 1 ? first.machineId : null,
        machineIds,
        machineName: machineIds.length === 1 ? first.entry.record.name : `${machineIds.length} machines`,
        location,
        metric: 'connection',
        limitKind: 'stale',
        severity: 'warning',
        message: staleMessage(first.entry.record.name, machineIds.length, location, timeoutSeconds),
        threshold: timeoutSeconds,
        value: Math.round((nowMs - first.newestMs) / 1000),
        peakValue: null,
        readingCount: 0,
        clearsAt: null,
        atMs: extended?.raisedAtMs ?? nowMs,
      },
      false,
    );
    // Others have joined: that is news, also to whoever acknowledged the first.
    const alert = this.#ledger.change(
      extended === undefined ? this.#ledger.onShelf(raised) : { ...raised, updatedAtMs: nowMs },
      extended === undefined ? 'raised' : null,
    );
    if (extended === undefined) this.#staleness.opened(location, alert.id, nowMs);
    this.#staleness.assign(
      alert.id,
      silent.map((watch) => watch.machineId),
    );
  }
}
