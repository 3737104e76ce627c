// All readings of the machines that one dashboard shows in detail, in binary frames.

import { type DetailFrame, encodeDetailFrame, METRICS } from '@gonsters/contract';
import type { MachineService } from '../../machines/machine-service.ts';
import { eachReading } from '../../readings/latest-values.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';

/** Rows that wait for the next frame. Past this number only the newest values are sent, and the page fetches the rest. */
const MAX_ROWS = 6000;

export class DetailLane {
  #machineIds: readonly string[] = [];
  #machineIndex: number[] = [];
  #timestampsMs: number[] = [];
  #values: number[][] = METRICS.map(() => []);
  #seq = 0;
  /** Machines of which only the newest values will be sent, with the earliest timestamp that was left out. */
  readonly #conflated = new Map<string, number>();

  get machineIds(): readonly string[] {
    return this.#machineIds;
  }

  get waiting(): boolean {
    return this.#timestampsMs.length > 0 || this.#conflated.size > 0;
  }

  /** Drops waiting rows of machines that are no longer shown. */
  show(machineIds: readonly string[]): void {
    const before = this.#machineIds;
    const rows = this.#machineIndex.map((index) => machineIds.indexOf(before[index] as string));
    this.#machineIds = machineIds;
    const remaining = <T>(column: T[]) => column.filter((_, row) => rows[row] !== -1);
    this.#timestampsMs = remaining(this.#timestampsMs);
    this.#values = this.#values.map(remaining);
    this.#machineIndex = rows.filter((index) => index !== -1);
    for (const machineId of this.#conflated.keys())
      if (!machineIds.includes(machineId)) this.#conflated.delete(machineId);
  }

  add(machineId: string, readings: ReadingColumns, row: number): void {
    const timestampMs = readings.timestampsMs[row] as number;
    if (this.#conflated.size > 0) {
      this.#leaveOut(machineId, timestampMs);
      return;
    }
    this.#machineIndex.push(this.#machineIds.indexOf(machineId));
    this.#timestampsMs.push(timestampMs);
    for (let m = 0; m < METRICS.length; m++) this.#values[m]?.push(readings.values[m]?.[row] ?? Number.NaN);
    if (this.#timestampsMs.length > MAX_ROWS) this.conflate();
  }

  /** Drops waiting rows: only the newest value of each metric and machine will be sent. The sequence of frames has a gap. */
  conflate(): void {
    if (this.#timestampsMs.length === 0) return;
    for (const [row, index] of this.#machineIndex.entries()) {
      this.#leaveOut(this.#machineIds[index] as string, this.#timestampsMs[row] as number);
    }
    this.#seq++;
    this.#empty();
  }

  /** Encodes the next frame and empties the lane. */
  takeFrame(machines: MachineService): Uint8Array {
    for (const [machineId, sinceMs] of this.#conflated) {
      const machine = machines.get(machineId);
      if (machine === undefined) continue;
      const index = this.#machineIds.indexOf(machineId);
      eachReading(machine, sinceMs, (timestampMs, values) => {
        this.#machineIndex.push(index);
        this.#timestampsMs.push(timestampMs);
        for (let m = 0; m < METRICS.length; m++) this.#values[m]?.push(values[m] as number);
      });
    }
    this.#conflated.clear();
    const frame: DetailFrame = {
      seq: ++this.#seq,
      machineIds: [...this.#machineIds],
      machineIndex: Uint8Array.from(this.#machineIndex),
      timestampsMs: Float64Array.from(this.#timestampsMs),
      values: this.#values.map((column) => Float32Array.from(column)),
    };
    this.#empty();
    return encodeDetailFrame(frame);
  }

  #leaveOut(machineId: string, timestampMs: number): void {
    this.#conflated.set(machineId, Math.min(this.#conflated.get(machineId) ?? timestampMs, timestampMs));
  }

  #empty(): void {
    this.#machineIndex = [];
    this.#timestampsMs = [];
    this.#values = METRICS.map(() => []);
  }
}
