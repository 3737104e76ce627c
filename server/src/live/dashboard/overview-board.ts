// What changed on which machine and when, counted in versions: from it every dashboard gets what it has not seen.

import { encodeOverviewFrame, METRICS, type StatusChange } from '@gonsters/contract';
import type { AlertService } from '../../alerts/alert-service.ts';
import type { MachineEntry, MachineService } from '../../machines/machine-service.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';
import { type EventPacket, eventText, packEvents } from '../event-packet.ts';

/** Of a dashboard that has seen nothing yet. */
export const NOTHING_SEEN = -1;

/** What a dashboard has been told of the values: up to which version, and the names of which machines. */
export interface SeenValues {
  readonly version: number;
  /** It knows every machine with a lower number by name. */
  readonly namedBelow: number;
}

export interface ValuesFrame {
  readonly bytes: Uint8Array;
  /** Of who has this frame, as `SeenValues` has it. */
  readonly namedBelow: number;
}

/** A machine's number in the frames, never used again for another, and the versions at which it changed last. */
interface Mark {
  readonly number: number;
  values: number;
  status: number;
  /** As told last; a reading of a machine that is not online may change that. */
  online: boolean;
}

export class OverviewBoard {
  readonly #machines: MachineService;
  readonly #alerts: AlertService;
  /** In order of their numbers. */
  readonly #marks = new Map<string, Mark>();
  #nextNumber = 0;
  #version = 1;
  #lastStatus = 0;
  /** Frames of this version by what their receivers have seen: dashboards in step share one. */
  readonly #frames = new Map<string, ValuesFrame | null>();
  readonly #statuses = new Map<number, EventPacket | null>();

  constructor(machines: MachineService, alerts: AlertService) {
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
      const machine = this.#machines.get(machineId);
      // Its alerts close after it was deleted.
      if (machine === undefined) continue;
      const mark = this.#mark(machineId);
      mark.online = this.#machines.connectionOf(machine) === 'online';
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

  /** The newest values of the machines that changed since; null where none did, but for who has seen nothing. */
  valuesSince(seen: SeenValues): ValuesFrame | null {
    const key = `${seen.version} ${seen.namedBelow}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const machines: number[] = [];
    const timestampsMs: number[] = [];
    const values = METRICS.map((): number[] => []);
    const agesMs = METRICS.map((): number[] => []);
    for (const machine of this.#changedSince(seen.version, 'values')) {
      if (Number.isNaN(machine.latestMs)) continue;
      machines.push(this.#mark(machine.record.id).number);
      timestampsMs.push(machine.latestMs);
      for (let m = 0; m < METRICS.length; m++) {
        const value = machine.latestValues[m] as number;
        values[m]?.push(value);
        agesMs[m]?.push(Number.isNaN(value) ? 0 : machine.latestMs - (machine.latestTimesMs[m] as number));
      }
    }
    const isEmpty = machines.length === 0 && seen.version !== NOTHING_SEEN;
    const frame = isEmpty
      ? null
      : {
          bytes: encodeOverviewFrame({
            named: this.#namesFrom(seen.namedBelow),
            machines: Uint32Array.from(machines),
            timestampsMs: Float64Array.from(timestampsMs),
            values: values.map((column) => Float32Array.from(column)),
            agesMs: agesMs.map((column) => Float32Array.from(column)),
          }),
          namedBelow: this.#nextNumber,
        };
    this.#frames.set(key, frame);
    return frame;
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

  #namesFrom(namedBelow: number): { machines: Uint32Array; machineIds: string[] } {
    const machineIds: string[] = [];
    const machines: number[] = [];
    // Most frames name nobody: then the marks need not be walked.
    if (namedBelow < this.#nextNumber) {
      for (const [machineId, { number }] of this.#marks) {
        if (number < namedBelow) continue;
        machineIds.push(machineId);
        machines.push(number);
      }
    }
    return { machines: Uint32Array.from(machines), machineIds };
  }

  #noteStatus(mark: Mark): void {
    mark.status = this.#version;
    this.#lastStatus = this.#version;
  }

  #mark(machineId: string): Mark {
    let mark = this.#marks.get(machineId);
    if (mark === undefined) {
      mark = { number: this.#nextNumber++, values: NOTHING_SEEN, status: NOTHING_SEEN, online: false };
      this.#marks.set(machineId, mark);
    }
    return mark;
  }
}
