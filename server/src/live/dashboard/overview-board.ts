// Records at which version each machine changed, and encodes for every dashboard what changed since its last version.

import { encodeOverviewFrame, METRICS, type StatusChange } from '@gonsters/contract';
import type { AlertService } from '../../alerts/alert-service.ts';
import type { MachineEntry, MachineService } from '../../machines/machine-service.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';
import { type EventPacket, eventText, packEvents } from '../event-packet.ts';

/** The version of a dashboard to which nothing was sent yet. */
export const NOTHING_SENT = -1;

/** Which values have been sent to a dashboard. */
export interface SentValues {
  readonly version: number;
  /** The ids of all machines with a lower number have been sent. */
  readonly namedBelow: number;
}

export interface ValuesFrame {
  readonly bytes: Uint8Array;
  /** As in `SentValues`, after this frame was sent. */
  readonly namedBelow: number;
}

/** A machine's number in the frames, which is never reused, and the versions at which it changed last. */
interface Mark {
  readonly number: number;
  values: number;
  status: number;
  /** As sent last. A reading of a machine that is not online may change it. */
  online: boolean;
}

export class OverviewBoard {
  readonly #machines: MachineService;
  readonly #alerts: AlertService;
  /** Ordered by `number`. */
  readonly #marks = new Map<string, Mark>();
  #nextNumber = 0;
  #version = 1;
  #lastStatus = 0;
  /** Frames of the current version by what was sent before: dashboards that received the same share a frame. */
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
      // Alerts of a machine are closed after it was deleted.
      if (machine === undefined) continue;
      const mark = this.#mark(machineId);
      mark.online = this.#machines.connectionOf(machine) === 'online';
      this.#noteStatus(mark);
    }
  }

  forget(machineId: string): void {
    this.#marks.delete(machineId);
  }

  /** The version that was closed last. */
  get closed(): number {
    return this.#version - 1;
  }

  /** Closes the current version. @returns its number: frames that are encoded now contain all changes up to it */
  advance(): number {
    this.#frames.clear();
    this.#statuses.clear();
    return this.#version++;
  }

  /** The newest values of the machines that changed since; null where none did. The first frame is sent even if it is empty. */
  valuesSince(sent: SentValues): ValuesFrame | null {
    const key = `${sent.version} ${sent.namedBelow}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const machines: number[] = [];
    const timestampsMs: number[] = [];
    const values = METRICS.map((): number[] => []);
    const agesMs = METRICS.map((): number[] => []);
    for (const machine of this.#changedSince(sent.version, 'values')) {
      if (Number.isNaN(machine.latestMs)) continue;
      machines.push(this.#mark(machine.record.id).number);
      timestampsMs.push(machine.latestMs);
      for (let m = 0; m < METRICS.length; m++) {
        const value = machine.latestValues[m] as number;
        values[m]?.push(value);
        agesMs[m]?.push(Number.isNaN(value) ? 0 : machine.latestMs - (machine.latestTimesMs[m] as number));
      }
    }
    const isEmpty = machines.length === 0 && sent.version !== NOTHING_SENT;
    const frame = isEmpty
      ? null
      : {
          bytes: encodeOverviewFrame({
            named: this.#namesFrom(sent.namedBelow),
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

  /** A `status` event for the machines that changed after version `sentVersion`; null where none did. */
  statusSince(sentVersion: number): EventPacket | null {
    if (sentVersion >= this.#lastStatus && sentVersion !== NOTHING_SENT) return null;
    const known = this.#statuses.get(sentVersion);
    if (known !== undefined) return known;
    const changes: StatusChange[] = [];
    for (const machine of this.#changedSince(sentVersion, 'status')) changes.push(this.statusOf(machine));
    const packet = changes.length > 0 ? packEvents([eventText('status', changes)]) : null;
    this.#statuses.set(sentVersion, packet);
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

  *#changedSince(sentVersion: number, what: 'values' | 'status'): Iterable<MachineEntry> {
    if (sentVersion === NOTHING_SENT) {
      yield* this.#machines.entries();
      return;
    }
    for (const [machineId, mark] of this.#marks) {
      if (mark[what] <= sentVersion) continue;
      const machine = this.#machines.get(machineId);
      if (machine !== undefined) yield machine;
    }
  }

  #namesFrom(namedBelow: number): { machines: Uint32Array; machineIds: string[] } {
    const machineIds: string[] = [];
    const machines: number[] = [];
    // Most frames contain no new machine, so the marks need not be searched.
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
      mark = { number: this.#nextNumber++, values: NOTHING_SENT, status: NOTHING_SENT, online: false };
      this.#marks.set(machineId, mark);
    }
    return mark;
  }
}
