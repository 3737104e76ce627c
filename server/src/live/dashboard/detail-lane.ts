// Every reading of the few machines that one dashboard shows in detail, in binary frames.

import { type DetailFrame, encodeDetailFrame, METRICS } from '@gonsters/contract';
import type { MachineDirectory } from '../../machines/machine-directory.ts';
import type { ReadingColumns } from '../../readings/reading-columns.ts';

/** Rows that wait for their frame; past it the newest per machine are kept and the page fetches the rest. */
const MAX_ROWS = 6000;

export class DetailLane {
  #machineIds: readonly string[] = [];
  #machineIndex: number[] = [];
  #timestampsMs: number[] = [];
  #values: number[][] = METRICS.map(() => []);
  #seq = 0;
  /** Machines of which only the newest reading will be sent. */
  readonly #conflated = new Set<string>();

  get machineIds(): readonly string[] {
    return this.#machineIds;
  }

  get waiting(): boolean {
    return this.#timestampsMs.length > 0 || this.#conflated.size > 0;
  }

  /** What waits of machines that are no longer shown is dropped. */
  show(machineIds: readonly string[]): void {
    const before = this.#machineIds;
    const rows = this.#machineIndex.map((index) => machineIds.indexOf(before[index] as string));
    this.#machineIds = machineIds;
    const kept = <T>(column: T[]) => column.filter((_, row) => rows[row] !== -1);
    this.#timestampsMs = kept(this.#timestampsMs);
    this.#values = this.#values.map(kept);
    this.#machineIndex = rows.filter((index) => index !== -1);
    for (const machineId of this.#conflated) if (!machineIds.includes(machineId)) this.#conflated.delete(machineId);
  }

  add(machineId: string, readings: ReadingColumns, row: number): void {
    if (this.#conflated.size > 0) {
      this.#conflated.add(machineId);
      return;
    }
    this.#machineIndex.push(this.#machineIds.indexOf(machineId));
    this.#timestampsMs.push(readings.timestampsMs[row] as number);
    for (let m = 0; m < METRICS.length; m++) this.#values[m]?.push(readings.values[m]?.[row] ?? Number.NaN);
    if (this.#timestampsMs.length > MAX_ROWS) this.conflate();
  }

  /** Forgets what waits but for the newest reading of each machine; the numbers of the frames jump. */
  conflate(): void {
    if (this.#timestampsMs.length === 0) return;
    for (const index of this.#machineIndex) this.#conflated.add(this.#machineIds[index] as string);
    this.#seq++;
    this.#empty();
  }

  /** The next frame; empties the lane. */
  takeFrame(machines: MachineDirectory): Uint8Array {
    for (const machineId of this.#conflated) {
      const machine = machines.get(machineId);
      if (machine === undefined || Number.isNaN(machine.latestMs)) continue;
      this.#machineIndex.push(this.#machineIds.indexOf(machineId));
      this.#timestampsMs.push(machine.latestMs);
      for (let m = 0; m < METRICS.length; m++) this.#values[m]?.push(machine.latestValues[m] ?? Number.NaN);
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

  #empty(): void {
    this.#machineIndex = [];
    this.#timestampsMs = [];
    this.#values = METRICS.map(() => []);
  }
}
