// Records at which version each machine changed, and encodes for every dashboard what changed since its last version.

import { encodeOverviewFrame, type OverviewFrame, type StatusChange } from '@gonsters/contract';
import type { AlertService } from '../../alerts/alert-service.ts';
import type { MachineEntry } from '../../machines/machine-service.ts';
import type { VisibleMachines } from '../../machines/visible-machines.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import type { ShownMetrics } from '../../readings/shown-metrics.ts';
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
  /** Each metric of which the frame has a value. */
  readonly metrics: ReadonlySet<number>;
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
  readonly #machines: VisibleMachines;
  readonly #alerts: AlertService;
  readonly #metrics: ShownMetrics;
  /** Ordered by `number`. */
  readonly #marks = new Map<string, Mark>();
  #nextNumber = 0;
  #version = 1;
  #lastStatus = 0;
  /** Frames of the current version by what was sent before: dashboards that received the same share a frame. */
  readonly #frames = new Map<string, ValuesFrame | null>();
  readonly #statuses = new Map<number, EventPacket | null>();

  constructor(deps: { machines: VisibleMachines; alerts: AlertService; metrics: ShownMetrics }) {
    this.#machines = deps.machines;
    this.#alerts = deps.alerts;
    this.#metrics = deps.metrics;
  }

  noteReadings(readings: ReadingBatch): void {
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
    const changed = this.#changedSince(sent.version, 'values');
    const columns = this.#columnsOf(changed);
    const isEmpty = columns.machines.length === 0 && sent.version !== NOTHING_SENT;
    const frame = isEmpty
      ? null
      : {
          bytes: encodeOverviewFrame({ named: this.#namesFrom(sent.namedBelow), ...columns }),
          metrics: new Set(columns.metrics),
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

  /** The newest values of the headline of each machine. */
  #columnsOf(entries: Iterable<MachineEntry>): Omit<OverviewFrame, 'named'> {
    const machines: number[] = [];
    const timestampsMs: number[] = [];
    const starts: number[] = [0];
    const metrics: number[] = [];
    const values: number[] = [];
    const agesMs: number[] = [];
    const qualities: number[] = [];
    for (const entry of entries) {
      const { latest, latestMs, record } = entry;
      if (Number.isNaN(latestMs)) continue;
      machines.push(this.#mark(record.id).number);
      timestampsMs.push(latestMs);
      for (const metric of this.#machines.newest.headlineOf(entry)) {
        const position = latest.positionOf(metric);
        if (position < 0 || !this.#metrics.isShown(metric)) continue;
        metrics.push(metric);
        values.push(latest.valueAt(position));
        agesMs.push(latestMs - latest.timeAt(position));
        qualities.push(latest.qualityAt(position));
      }
      starts.push(values.length);
    }
    return {
      machines: Uint32Array.from(machines),
      timestampsMs: Float64Array.from(timestampsMs),
      starts: Uint32Array.from(starts),
      metrics: Uint16Array.from(metrics),
      values: Float64Array.from(values),
      agesMs: Float32Array.from(agesMs),
      qualities: Uint8Array.from(qualities),
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
