// The readings since the last flush, in memory by machine and metric. The journal holds the same readings durably.

import type { ReadingBatch } from '../../../reading-batch.ts';
import { hourOf } from '../../../time-buckets.ts';
import { mergeSeries, NO_SERIES, READINGS, type Series, seriesWithin, sliceSeries } from '../series.ts';

const FIRST_CAPACITY = 4;

export class Memtable {
  readonly #machines = new Map<string, MachineTable>();
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
    let machine: MachineTable | undefined;
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

  /** Metrics of the machine, `READINGS` included. */
  metricsOf(machineId: string): readonly number[] {
    return this.#machines.get(machineId)?.series.map(({ metric }) => metric) ?? [];
  }

  /** Ascending and without duplicates; `fromMs` included, `toMs` excluded. A copy that later appends do not change. */
  series(machineId: string, metric: number, fromMs: number, toMs: number): Series {
    return this.#machines.get(machineId)?.find(metric)?.between(fromMs, toMs) ?? NO_SERIES;
  }

  /** Every machine in the order of the ids, with its series ascending and without duplicates. */
  *machines(): Iterable<[string, readonly { metric: number; values: Series }[]]> {
    for (const id of [...this.#machines.keys()].sort()) {
      const machine = this.#machines.get(id);
      // A machine may be deleted while the others are being read.
      if (machine) yield [id, machine.series.map((series) => ({ metric: series.metric, values: series.all() }))];
    }
  }

  deleteMachine(machineId: string): void {
    const machine = this.#machines.get(machineId);
    if (!machine) return;
    this.#length -= machine.length;
    this.#machines.delete(machineId);
  }

  #machine(id: string): MachineTable {
    let machine = this.#machines.get(id);
    if (!machine) {
      machine = new MachineTable();
      this.#machines.set(id, machine);
    }
    return machine;
  }
}

class MachineTable {
  /** The series of all readings comes first. */
  readonly series: GrowingSeries[] = [new GrowingSeries(READINGS)];
  readonly #positions = new Map<number, number>();
  /** Values, without the series of all readings. */
  length = 0;

  add(batch: ReadingBatch, row: number): void {
    const timestampMs = batch.timestampsMs[row] as number;
    const end = batch.starts[row + 1] as number;
    (this.series[0] as GrowingSeries).add(timestampMs, Number.NaN, 0);
    // Readings of a machine nearly always have the same metrics in the same order.
    let expected = 1;
    for (let k = batch.starts[row] as number; k < end; k++) {
      const metric = batch.metrics[k] as number;
      const position = this.series[expected]?.metric === metric ? expected : this.#position(metric);
      const quality = batch.qualities[k] as number;
      // Adding 0 makes 0 of -0, which files do not tell apart.
      (this.series[position] as GrowingSeries).add(timestampMs, (batch.values[k] as number) + 0, quality);
      expected = position + 1;
      this.length += 1;
    }
  }

  find(metric: number): GrowingSeries | undefined {
    if (metric === READINGS) return this.series[0];
    const position = this.#positions.get(metric);
    return position === undefined ? undefined : this.series[position];
  }

  #position(metric: number): number {
    let position = this.#positions.get(metric);
    if (position === undefined) {
      position = this.series.push(new GrowingSeries(metric)) - 1;
      this.#positions.set(metric, position);
    }
    return position;
  }
}

/** Columns that grow in the order of arrival. This is almost always the order of time, and then nothing is sorted. */
class GrowingSeries {
  readonly metric: number;
  #length = 0;
  #isAscending = true;
  #timestampsMs = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #qualities = new Uint8Array(FIRST_CAPACITY);

  constructor(metric: number) {
    this.metric = metric;
  }

  add(timestampMs: number, value: number, quality: number): void {
    const at = this.#length;
    if (at === this.#timestampsMs.length) this.#grow();
    if (at > 0 && timestampMs <= (this.#timestampsMs[at - 1] as number)) this.#isAscending = false;
    this.#timestampsMs[at] = timestampMs;
    this.#values[at] = value;
    this.#qualities[at] = quality;
    this.#length = at + 1;
  }

  all(): Series {
    return mergeSeries([sliceSeries(this.#columns(), 0, this.#length)]);
  }

  between(fromMs: number, toMs: number): Series {
    const columns = this.#columns();
    if (!this.#isAscending) return mergeSeries([picked(columns, fromMs, toMs)]);
    const { length, timestampsMs, values, qualities } = seriesWithin(columns, fromMs, toMs);
    return {
      length,
      timestampsMs: timestampsMs.slice(),
      values: values.slice(),
      qualities: qualities.slice(),
    };
  }

  #columns(): Series {
    return {
      length: this.#length,
      timestampsMs: this.#timestampsMs,
      values: this.#values,
      qualities: this.#qualities,
    };
  }

  #grow(): void {
    const capacity = 2 * this.#timestampsMs.length;
    const timestampsMs = new Float64Array(capacity);
    timestampsMs.set(this.#timestampsMs);
    this.#timestampsMs = timestampsMs;
    const values = new Float64Array(capacity);
    values.set(this.#values);
    this.#values = values;
    const qualities = new Uint8Array(capacity);
    qualities.set(this.#qualities);
    this.#qualities = qualities;
  }
}

function picked(series: Series, fromMs: number, toMs: number): Series {
  const found: number[] = [];
  for (let i = 0; i < series.length; i++) {
    const timestampMs = series.timestampsMs[i] as number;
    if (timestampMs >= fromMs && timestampMs < toMs) found.push(i);
  }
  return {
    length: found.length,
    timestampsMs: Float64Array.from(found, (i) => series.timestampsMs[i] as number),
    values: Float64Array.from(found, (i) => series.values[i] as number),
    qualities: Uint8Array.from(found, (i) => series.qualities[i] as number),
  };
}
