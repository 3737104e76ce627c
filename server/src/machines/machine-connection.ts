// Whether a machine is online, stale because it has sent nothing for longer than its timeout or because its gateway is offline, or
// has never sent anything.

import { type Connection, MAX_AHEAD_MS } from '@gonsters/contract';
import type { MachineTimeouts } from '../metrics/machine-timeouts.ts';
import type { InactivityTimeouts } from '../readings/inactivity-timeouts.ts';
import type { MachineEntry } from './machine-entry.ts';
import type { OfflineGateways } from './offline-gateways.ts';

export class MachineConnection implements InactivityTimeouts {
  readonly #timeouts: MachineTimeouts;
  readonly #offlineGateways: OfflineGateways;
  readonly #sensorTypeOf: (machineId: string) => string | undefined;
  /** Of machines that send their local time, in ms. */
  readonly #clockOffsets = new Map<string, number>();

  /** `sensorTypeOf`: the type of a machine; undefined for one that is not known. */
  constructor(
    timeouts: MachineTimeouts,
    offlineGateways: OfflineGateways,
    sensorTypeOf: (machineId: string) => string | undefined,
  ) {
    this.#timeouts = timeouts;
    this.#offlineGateways = offlineGateways;
    this.#sensorTypeOf = sensorTypeOf;
  }

  at({ latestMs, record }: MachineEntry, nowMs: number): Connection {
    if (Number.isNaN(latestMs)) return 'never';
    // Nearly always there is no such machine.
    const sentMs = this.#clockOffsets.size === 0 ? latestMs : latestMs - (this.#clockOffsets.get(record.id) ?? 0);
    // Stored while the clock was ahead, so it does not tell when the machine last sent something.
    if (sentMs > nowMs + MAX_AHEAD_MS) return 'stale';
    if (this.#offlineGateways.of(record.id, sentMs) !== null) return 'stale';
    return nowMs - sentMs > this.#timeouts.secondsOf(record.id, record.sensorType) * 1000 ? 'stale' : 'online';
  }

  /** The machine's timestamps are steadily so far ahead of UTC; negative if behind, 0 if they are right again. */
  noteClockOffset(machineId: string, offsetMs: number): void {
    if (offsetMs === 0) this.#clockOffsets.delete(machineId);
    else this.#clockOffsets.set(machineId, offsetMs);
  }

  of(machineId: string, sensorType = this.#sensorTypeOf(machineId) ?? ''): number {
    return this.#timeouts.secondsOf(machineId, sensorType) * 1000;
  }
}
