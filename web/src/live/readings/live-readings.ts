// The newest value of every machine, in columns. Frames are written in place, and only listeners of changed rows are told.

import { type DetailFrame, METRICS, type OverviewFrame } from '@gonsters/contract';
import type { Drawing, FrameScheduler } from '../frame-scheduler.ts';

/** Far above any fleet one page shows. Machines past it keep the values of the list they came with. */
const MAX_MACHINES = 50_000;
const FIRST_ROWS = 256;
const TEXT_HZ = 2;

interface Row {
  readonly index: number;
  changes: number;
  watchers: Set<() => void> | null;
}

export class LiveReadings {
  readonly #rows = new Map<string, Row>();
  readonly #changed = new Set<Row>();
  readonly #watchers = new Set<() => void>();
  readonly #text: Drawing;
  readonly #latestPossibleMs: () => number;
  /** By the numbers that the overview frames of this connection have for machines. */
  readonly #numbered = new Map<number, Row>();
  #timesMs: Float64Array[] = METRICS.map(() => new Float64Array(FIRST_ROWS));
  #values: Float64Array[] = METRICS.map(() => new Float64Array(FIRST_ROWS));

  /** @param latestPossibleMs what is newer was sent while a clock was ahead, and gives way to anything */
  constructor(scheduler: FrameScheduler, latestPossibleMs: () => number) {
    this.#latestPossibleMs = latestPossibleMs;
    this.#text = scheduler.add(() => this.#tellWatchers(), TEXT_HZ);
  }

  /** The newest measured value of a metric, NaN where there is none. A metric left out of a reading keeps its last one. */
  value(machineId: string, metric: number): number {
    const row = this.#rows.get(machineId);
    return row ? (this.#values[metric]?.[row.index] ?? Number.NaN) : Number.NaN;
  }

  /** When that value was measured, NaN where there is none. */
  timeMs(machineId: string, metric: number): number {
    const row = this.#rows.get(machineId);
    return row ? (this.#timesMs[metric]?.[row.index] ?? Number.NaN) : Number.NaN;
  }

  /** Time of the newest reading, NaN where there is none. */
  newestMs(machineId: string): number {
    let newest = Number.NaN;
    for (let metric = 0; metric < METRICS.length; metric++) {
      const timeMs = this.timeMs(machineId, metric);
      if (!(timeMs <= newest) && !Number.isNaN(timeMs)) newest = timeMs;
    }
    return newest;
  }

  /** Grows with every change of the machine's values. */
  changes(machineId: string): number {
    return this.#rows.get(machineId)?.changes ?? 0;
  }

  /** `listener` is called at most twice a second, and only when something changed. */
  watch(machineId: string, listener: () => void): () => void {
    const row = this.#rowOf(machineId);
    if (!row) return () => {};
    row.watchers ??= new Set();
    row.watchers.add(listener);
    return () => {
      row.watchers?.delete(listener);
      if (row.watchers?.size === 0) row.watchers = null;
    };
  }

  /** Of every machine, for views that show many at once; `listener` is called at most twice a second. */
  watchAll(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => {
      this.#watchers.delete(listener);
    };
  }

  observeOverview({ named, machines, timestampsMs, values, agesMs }: OverviewFrame): void {
    for (let i = 0; i < named.machines.length; i++) {
      const row = this.#rowOf(named.machineIds[i] as string);
      if (row) this.#numbered.set(named.machines[i] as number, row);
    }
    for (let i = 0; i < machines.length; i++) {
      const row = this.#numbered.get(machines[i] as number);
      if (!row) continue;
      const newestMs = timestampsMs[i] as number;
      for (let metric = 0; metric < METRICS.length; metric++) {
        const ageMs = (agesMs[metric] as Float32Array)[i] as number;
        this.#write(row, metric, newestMs - ageMs, (values[metric] as Float32Array)[i] as number);
      }
    }
  }

  observeDetail({ machineIds, machineIndex, timestampsMs, values }: DetailFrame): void {
    const rows = machineIds.map((machineId) => this.#rowOf(machineId));
    for (let i = 0; i < machineIndex.length; i++) {
      const row = rows[machineIndex[i] as number];
      if (row) this.#writeRow(row, timestampsMs[i] as number, values, i);
    }
  }

  /** Another connection has other numbers. */
  forgetNumbers(): void {
    this.#numbered.clear();
  }

  /** One value of one metric. */
  observe(machineId: string, metric: number, timeMs: number, value: number): void {
    const row = this.#rowOf(machineId);
    if (row) this.#write(row, metric, timeMs, value);
  }

  #writeRow(row: Row, timeMs: number, values: readonly Float32Array[], at: number): void {
    for (let metric = 0; metric < METRICS.length; metric++) {
      this.#write(row, metric, timeMs, (values[metric] as Float32Array)[at] as number);
    }
  }

  #write(row: Row, metric: number, timeMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    const times = this.#timesMs[metric] as Float64Array;
    const knownMs = times[row.index] as number;
    if (timeMs < knownMs && knownMs <= this.#latestPossibleMs()) return;
    const values = this.#values[metric] as Float64Array;
    if (knownMs === timeMs && values[row.index] === value) return;
    times[row.index] = timeMs;
    values[row.index] = value;
    row.changes++;
    if (row.watchers !== null) this.#changed.add(row);
    if (row.watchers !== null || this.#watchers.size > 0) this.#text.mark();
  }

  #tellWatchers(): void {
    const rows = [...this.#changed];
    this.#changed.clear();
    for (const row of rows) {
      for (const listener of row.watchers ?? []) listener();
    }
    for (const listener of this.#watchers) listener();
  }

  #rowOf(machineId: string): Row | null {
    const known = this.#rows.get(machineId);
    if (known) return known;
    const index = this.#rows.size;
    if (index >= MAX_MACHINES) return null;
    if (index >= (this.#timesMs[0] as Float64Array).length) this.#grow();
    for (let metric = 0; metric < METRICS.length; metric++) {
      (this.#timesMs[metric] as Float64Array)[index] = Number.NaN;
      (this.#values[metric] as Float64Array)[index] = Number.NaN;
    }
    const row: Row = { index, changes: 0, watchers: null };
    this.#rows.set(machineId, row);
    return row;
  }

  #grow(): void {
    const doubled = (column: Float64Array) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.#timesMs = this.#timesMs.map(doubled);
    this.#values = this.#values.map(doubled);
  }
}
