// The readings since the last flush, in memory by machine. The journal holds the same readings durably.

import { METRICS } from '@gonsters/contract';
import type { ReadingColumns } from '../../../reading-columns.ts';
import { hourOf } from '../../../time-buckets.ts';
import { lowerBound, mergeRows, NO_ROWS, type Rows, sliceRows } from '../rows.ts';

const FIRST_CAPACITY = 16;

export class Memtable {
  readonly #machines = new Map<string, MachineRows>();
  readonly #hours = new Set<number>();
  #length = 0;

  /** Rows as appended, including duplicates. */
  get length(): number {
    return this.#length;
  }

  /** Every hour that has a row. Hours of deleted machines may remain. */
  get hours(): ReadonlySet<number> {
    return this.#hours;
  }

  add(batch: ReadingColumns): void {
    let lastId = '';
    let machine: MachineRows | undefined;
    let lastHour = Number.NaN;
    for (let i = 0; i < batch.length; i++) {
      const id = batch.machineIds[i] as string;
      if (id !== lastId || machine === undefined) {
        machine = this.#machine(id);
        lastId = id;
      }
      const timestampMs = batch.timestampsMs[i] as number;
      const hour = hourOf(timestampMs);
      if (hour !== lastHour) {
        this.#hours.add(hour);
        lastHour = hour;
      }
      machine.add(timestampMs, batch.values, i);
    }
    this.#length += batch.length;
  }

  /** Ascending and without duplicates; `fromMs` included, `toMs` excluded. A copy that later appends do not change. */
  rows(machineId: string, fromMs: number, toMs: number): Rows {
    return this.#machines.get(machineId)?.between(fromMs, toMs) ?? NO_ROWS;
  }

  /** Every machine in the order of the ids, with its rows ascending and without duplicates. */
  *machines(): Iterable<[string, Rows]> {
    for (const id of [...this.#machines.keys()].sort()) {
      const machine = this.#machines.get(id);
      // A machine may be deleted while the others are being read.
      if (machine) yield [id, machine.all()];
    }
  }

  deleteMachine(machineId: string): void {
    const machine = this.#machines.get(machineId);
    if (!machine) return;
    this.#length -= machine.length;
    this.#machines.delete(machineId);
  }

  #machine(id: string): MachineRows {
    let machine = this.#machines.get(id);
    if (!machine) {
      machine = new MachineRows();
      this.#machines.set(id, machine);
    }
    return machine;
  }
}

/** Columns that grow in the order of arrival. This is almost always the order of time, and then nothing is sorted. */
class MachineRows {
  length = 0;
  #isAscending = true;
  #timestampsMs = new Float64Array(FIRST_CAPACITY);
  #values = METRICS.map(() => new Float64Array(FIRST_CAPACITY));

  add(timestampMs: number, values: readonly Float64Array[], row: number): void {
    const at = this.length;
    if (at === this.#timestampsMs.length) this.#grow();
    if (at > 0 && timestampMs <= (this.#timestampsMs[at - 1] as number)) this.#isAscending = false;
    this.#timestampsMs[at] = timestampMs;
    for (let m = 0; m < this.#values.length; m++) {
      (this.#values[m] as Float64Array)[at] = (values[m] as Float64Array)[row] as number;
    }
    this.length = at + 1;
  }

  all(): Rows {
    return mergeRows([sliceRows(this.#columns(), 0, this.length)]);
  }

  between(fromMs: number, toMs: number): Rows {
    const rows = this.#columns();
    if (!this.#isAscending) return mergeRows([rowsWithin(rows, fromMs, toMs)]);
    const start = lowerBound(rows.timestampsMs, rows.length, fromMs);
    const end = Math.max(start, lowerBound(rows.timestampsMs, rows.length, toMs));
    return {
      length: end - start,
      timestampsMs: rows.timestampsMs.slice(start, end),
      values: rows.values.map((column) => column.slice(start, end)),
    };
  }

  #columns(): Rows {
    return { length: this.length, timestampsMs: this.#timestampsMs, values: this.#values };
  }

  #grow(): void {
    const wider = (column: Float64Array) => {
      const next = new Float64Array(column.length * 2);
      next.set(column);
      return next;
    };
    this.#timestampsMs = wider(this.#timestampsMs);
    this.#values = this.#values.map(wider);
  }
}

function rowsWithin(rows: Rows, fromMs: number, toMs: number): Rows {
  const found: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const timestampMs = rows.timestampsMs[i] as number;
    if (timestampMs >= fromMs && timestampMs < toMs) found.push(i);
  }
  const pick = (column: Float64Array) => Float64Array.from(found, (row) => column[row] as number);
  return { length: found.length, timestampsMs: pick(rows.timestampsMs), values: rows.values.map(pick) };
}
