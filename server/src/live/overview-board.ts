// What changed on which machine and when, counted in versions: from it every dashboard gets what it has not seen.

import { METRICS, type OverviewFrame, type StatusChange } from '@gonsters/contract';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { MachineDirectory, MachineEntry } from '../machines/machine-directory.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import { type EventPacket, eventText, packEvents, type SharedTail, sharedTail } from './event-packet.ts';

/** Of a dashboard that has seen nothing yet. */
export const NOTHING_SEEN = -1;

/** The versions at which a machine's values and status changed last. */
interface Mark {
  values: number;
  status: number;
  /** As told last; a reading of a machine that is not online may change that. */
  online: boolean;
}

export class OverviewBoard {
  readonly #machines: MachineDirectory;
  readonly #alerts: AlertBook;
  readonly #marks = new Map<string, Mark>();
  #version = 1;
  #lastStatus = 0;
  /** Frames of this version by the version that their receivers have seen: dashboards in step share one. */
  readonly #frames = new Map<number, SharedTail | null>();
  readonly #statuses = new Map<number, EventPacket | null>();

  constructor(machines: MachineDirectory, alerts: AlertBook) {
    this.#machines = machines;
    this.#alerts = alerts;
  }

  noteReadings(readings: ReadingColumns): void {
    for (let row = 0; row < readings.length; row++) {
      const machineId = readings.machineIds[row] as string;
      const mark = this.#mark(machineId);
      mark.values = this.#version;
      if (mark.online) continue;
      const machine = this.#machines.get(machineId);
      if (machine === undefined || this.#machines.connectionOf(machine) !== 'online') continue;
      mark.online = true;
      this.#noteStatus(mark);
    }
  }

  noteStatus(machineIds: readonly string[]): void {
    for (const machineId of machineIds) {
      const mark = this.#mark(machineId);
      const machine = this.#machines.get(machineId);
      mark.online = machine !== undefined && this.#machines.connectionOf(machine) === 'online';
      this.#noteStatus(mark);
    }
  }

  forget(machineId: string): void {
    this.#marks.delete(machineId);
  }

  /** The version closed last. */
  get closed(): number {
    return this.#version - 1;
  }

  /** Closes a version. @returns its number: who gets the frames built now has seen everything up to it */
  advance(): number {
    this.#frames.clear();
    this.#statuses.clear();
    return this.#version++;
  }

  /**
   * The newest values of the machines that changed after version `seen`, as the end of an `overview` event; null where
   * none did. For who has seen nothing there is always one.
   */
  valuesSince(seen: number): SharedTail | null {
    const known = this.#frames.get(seen);
    if (known !== undefined) return known;
    const frame: Omit<OverviewFrame, 'seq'> = { machine_ids: [], timestamps_ms: [], values: METRICS.map(() => []) };
    for (const machine of this.#changedSince(seen, 'values')) {
      if (Number.isNaN(machine.latestMs)) continue;
      frame.machine_ids.push(machine.record.id);
      frame.timestamps_ms.push(machine.latestMs);
      // JSON has no NaN and writes null for it, which is what the frame says for "not measured".
      for (let m = 0; m < METRICS.length; m++) frame.values[m]?.push(machine.latestValues[m] ?? null);
    }
    const tail =
      frame.machine_ids.length > 0 || seen === NOTHING_SEEN ? sharedTail(`${JSON.stringify(frame).slice(1)}]`) : null;
    this.#frames.set(seen, tail);
    return tail;
  }

  /** A `status` event for the machines that changed after version `seen`; null where none did. */
  statusSince(seen: number): EventPacket | null {
    if (seen >= this.#lastStatus && seen !== NOTHING_SEEN) return null;
    const known = this.#statuses.get(seen);
    if (known !== undefined) return known;
    const changes: StatusChange[] = [];
    for (const machine of this.#changedSince(seen, 'status')) changes.push(this.statusOf(machine));
    const packet = changes.length > 0 ? packEvents([eventText('status', changes)]) : null;
    this.#statuses.set(seen, packet);
    return packet;
  }

  statusOf(machine: MachineEntry): StatusChange {
    return {
      machine_id: machine.record.id,
      status: machine.record.status,
      connection: this.#machines.connectionOf(machine),
      severity: this.#alerts.severityOf(machine.record.id),
    };
  }

  *#changedSince(seen: number, what: 'values' | 'status'): Iterable<MachineEntry> {
    if (seen === NOTHING_SEEN) {
      yield* this.#machines.entries();
      return;
    }
    for (const [machineId, mark] of this.#marks) {
      if (mark[what] <= seen) continue;
      const machine = this.#machines.get(machineId);
      if (machine !== undefined) yield machine;
    }
  }

  #noteStatus(mark: Mark): void {
    mark.status = this.#version;
    this.#lastStatus = this.#version;
  }

  #mark(machineId: string): Mark {
    let mark = this.#marks.get(machineId);
    if (mark === undefined) {
      mark = { values: NOTHING_SEEN, status: NOTHING_SEEN, online: false };
      this.#marks.set(machineId, mark);
    }
    return mark;
  }
}
