// The newest values of every machine, in columns. Frames are written in place, and only listeners of changed machines are told.

import type { DetailFrame, OverviewFrame } from '@gonsters/contract';
import type { Drawing, FrameScheduler } from '../frame-scheduler.ts';
import { BAD, GOOD } from './metric-series.ts';

/** Far above any fleet one page shows. What is past it keeps the values of the list it came with. */
const MAX_MACHINES = 50_000;
const MAX_VALUES = 200_000;
const FIRST_VALUES = 1024;
const TEXT_HZ = 2;

/** The newest value of one metric. */
export interface NewestValue {
  /** NaN where there is none, and of a bad value. Booleans are 0 and 1, states their code (`LiveMetrics`). */
  readonly value: number;
  /** When it was measured, NaN where there is none. */
  readonly timeMs: number;
  readonly quality: number;
}

interface Row {
  /** The place of each metric in the columns. */
  readonly slots: Map<number, number>;
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
  #used = 0;
  #timesMs = new Float64Array(FIRST_VALUES);
  #values = new Float64Array(FIRST_VALUES);
  #qualities = new Uint8Array(FIRST_VALUES);

  /** @param latestPossibleMs what is newer was sent while a clock was ahead, and gives way to anything */
  constructor(scheduler: FrameScheduler, latestPossibleMs: () => number) {
    this.#latestPossibleMs = latestPossibleMs;
    this.#text = scheduler.add(() => this.#tellWatchers(), TEXT_HZ);
  }

  /** The newest value of a metric (its number in `LiveMetrics`). A metric left out of a reading keeps its last one. */
  value(machineId: string, metric: number): number {
    return this.newest(machineId, metric).value;
  }

  /** When that value was measured, NaN where there is none. */
  timeMs(machineId: string, metric: number): number {
    return this.newest(machineId, metric).timeMs;
  }

  newest(machineId: string, metric: number): NewestValue {
    const slot = this.#rows.get(machineId)?.slots.get(metric);
    if (slot === undefined) return NO_VALUE;
    const quality = this.#qualities[slot] as number;
    const value = quality === BAD ? Number.NaN : (this.#values[slot] as number);
    return { value, timeMs: this.#timesMs[slot] as number, quality };
  }

  /** The metrics that have a value, in the order in which they were met. */
  metricsOf(machineId: string): number[] {
    return [...(this.#rows.get(machineId)?.slots.keys() ?? [])];
  }

  /** Time of the newest reading, NaN where there is none. */
  newestMs(machineId: string): number {
    let newest = Number.NaN;
    for (const slot of this.#rows.get(machineId)?.slots.values() ?? []) {
      const timeMs = this.#timesMs[slot] as number;
      if (!(timeMs <= newest)) newest = timeMs;
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

  /** Metrics are given by their number in the page. */
  observeOverview({ named, machines, timestampsMs, starts, metrics, values, agesMs, qualities }: OverviewFrame): void {
    for (let i = 0; i < named.machines.length; i++) {
      const row = this.#rowOf(named.machineIds[i] as string);
      if (row) this.#numbered.set(named.machines[i] as number, row);
    }
    for (let i = 0; i < machines.length; i++) {
      const row = this.#numbered.get(machines[i] as number);
      if (!row) continue;
      for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
        const timeMs = (timestampsMs[i] as number) - (agesMs[k] as number);
        this.#write(row, metrics[k] as number, timeMs, values[k] as number, qualities[k] as number);
      }
    }
  }

  /** Metrics are given by their number in the page. */
  observeDetail({ machineIds, machineIndex, timestampsMs, starts, metrics, values, qualities }: DetailFrame): void {
    const rows = machineIds.map((machineId) => this.#rowOf(machineId));
    for (let i = 0; i < machineIndex.length; i++) {
      const row = rows[machineIndex[i] as number];
      if (!row) continue;
      for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
        const timeMs = timestampsMs[i] as number;
        this.#write(row, metrics[k] as number, timeMs, values[k] as number, qualities[k] as number);
      }
    }
  }

  /** Another connection has other numbers. */
  forgetNumbers(): void {
    this.#numbered.clear();
  }

  /** One value of one metric. */
  observe(machineId: string, metric: number, timeMs: number, value: number, quality = GOOD): void {
    const row = this.#rowOf(machineId);
    if (row) this.#write(row, metric, timeMs, value, quality);
  }

  #write(row: Row, metric: number, timeMs: number, value: number, quality: number): void {
    if (Number.isNaN(value) && quality !== BAD) return;
    const slot = row.slots.get(metric) ?? this.#newSlot(row, metric);
    if (slot === null) return;
    const knownMs = this.#timesMs[slot] as number;
    if (timeMs < knownMs && knownMs <= this.#latestPossibleMs()) return;
    const isSame = Object.is(this.#values[slot], value) && this.#qualities[slot] === quality;
    if (knownMs === timeMs && isSame) return;
    this.#timesMs[slot] = timeMs;
    this.#values[slot] = value;
    this.#qualities[slot] = quality;
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
    if (this.#rows.size >= MAX_MACHINES) return null;
    const row: Row = { slots: new Map(), changes: 0, watchers: null };
    this.#rows.set(machineId, row);
    return row;
  }

  #newSlot(row: Row, metric: number): number | null {
    if (this.#used === MAX_VALUES) return null;
    if (this.#used === this.#timesMs.length) this.#grow();
    const slot = this.#used++;
    this.#timesMs[slot] = Number.NaN;
    row.slots.set(metric, slot);
    return slot;
  }

  #grow(): void {
    const length = 2 * this.#timesMs.length;
    const timesMs = new Float64Array(length);
    timesMs.set(this.#timesMs);
    this.#timesMs = timesMs;
    const values = new Float64Array(length);
    values.set(this.#values);
    this.#values = values;
    const qualities = new Uint8Array(length);
    qualities.set(this.#qualities);
    this.#qualities = qualities;
  }
}

const NO_VALUE: NewestValue = { value: Number.NaN, timeMs: Number.NaN, quality: GOOD };
