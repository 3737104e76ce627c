// The readings since the last flush, in memory by machine. The journal holds the same readings durably.

import type { ReadingBatch } from '../../../reading-batch.ts';
import { hourOf } from '../../../time-buckets.ts';
import { MachineLog, type MemorySeries } from './machine-log.ts';

export class Memtable {
  readonly #machines = new Map<string, MachineLog>();
  readonly #hours = new Set<number>();
  #length = 0;

  /** Values as appended, including duplicates. */
  get length(): number {
    return this.#length;
  }

  /** Every hour that has a value. Hours of deleted machines may remain. */
  get hours(): ReadonlySet<number> {
    return this.#hours;
  }

  add(batch: ReadingBatch): void {
    let lastId = '';
    let machine: MachineLog | undefined;
    let lastHour = Number.NaN;
    for (let row = 0; row < batch.length; row++) {
      const id = batch.machineIds[row] as string;
      if (id !== lastId || machine === undefined) {
        machine = this.#machine(id);
        lastId = id;
      }
      const hour = hourOf(batch.timestampsMs[row] as number);
      if (hour !== lastHour) {
        this.#hours.add(hour);
        lastHour = hour;
      }
      machine.add(batch, row);
    }
    this.#length += batch.values.length;
  }

  /** See `MachineLog.series`. */
  series(machineId: string, metrics: ReadonlySet<number> | null, fromMs: number, toMs: number): MemorySeries {
    return this.#machines.get(machineId)?.series(metrics, fromMs, toMs) ?? new Map();
  }

  /** Every machine in the order of the ids, with its series ascending and without duplicates. */
  *machines(): Iterable<[string, MemorySeries]> {
    for (const id of [...this.#machines.keys()].sort()) {
      const machine = this.#machines.get(id);
      // A machine may be deleted while the others are being read.
      if (machine) yield [id, machine.series(null, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
    }
  }

  deleteMachine(machineId: string): void {
    const machine = this.#machines.get(machineId);
    if (!machine) return;
    this.#length -= machine.valueCount;
    this.#machines.delete(machineId);
  }

  #machine(id: string): MachineLog {
    let machine = this.#machines.get(id);
    if (!machine) {
      machine = new MachineLog();
      this.#machines.set(id, machine);
    }
    return machine;
  }
}
