// Which metrics each machine has sent, and when each metric arrived last. Kept in memory and stored some seconds later.

import { MAX_METRICS_PER_MACHINE, MAX_SERIES } from '@gonsters/contract';
import type { Logger } from '../log.ts';
import { metricNameAt } from '../metric-index.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import { withTimeout } from '../with-timeout.ts';
import type { CatalogueMemory } from './catalogue-memory.ts';
import type { MetricRepository } from './metric-repository.ts';

const STORE_EVERY_MS = 5000;
const STOP_WITHIN_MS = 500;
const NONE: ReadonlySet<number> = new Set();

export class MetricSeries {
  readonly #repository: Pick<MetricRepository, 'series' | 'addSeries'>;
  readonly #memory: CatalogueMemory;
  readonly #log: Logger;
  readonly #ofMachine = new Map<string, Set<number>>();
  /** By index of the metric. */
  readonly #machines: number[] = [];
  readonly #arrivedAtMs: number[] = [];
  #count = 0;
  /** The machine of the value before; null if it has to be looked up. */
  #lastId: string | null = null;
  #lastMetrics: ReadonlySet<number> = NONE;
  #unstored: { machineId: string; index: number }[] = [];
  #storing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: {
    repository: Pick<MetricRepository, 'series' | 'addSeries'>;
    memory: CatalogueMemory;
    log: Logger;
  }) {
    this.#repository = deps.repository;
    this.#memory = deps.memory;
    this.#log = deps.log;
  }

  /** Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    for (const { machineId, metric } of await this.#repository.series()) {
      const index = this.#memory.indexOf(metric);
      if (index !== undefined) this.#add(machineId, index);
    }
    this.#timer = setInterval(() => void this.#store(), STORE_EVERY_MS);
    this.#timer.unref();
  }

  /** What is not stored yet follows from the newest values when the server starts again. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    await withTimeout(this.#store(), STOP_WITHIN_MS);
  }

  /** Call for every value that was stored. `atMs` is its time or that of its arrival, UTC ms. */
  note(machineId: string, index: number, atMs: number): void {
    if (!(atMs <= (this.#arrivedAtMs[index] ?? Number.NEGATIVE_INFINITY))) this.#arrivedAtMs[index] = atMs;
    // Consecutive values are mostly those of one machine.
    if (machineId !== this.#lastId) {
      this.#lastId = machineId;
      this.#lastMetrics = this.of(machineId);
    }
    if (this.#lastMetrics.has(index)) return;
    this.#lastId = null;
    this.#add(machineId, index);
    this.#unstored.push({ machineId, index });
  }

  /** The same for all values of the machines that are known. */
  noteBatch(stored: ReadingBatch, isKnown: (machineId: string) => boolean): void {
    for (let row = 0; row < stored.length; row++) {
      const machineId = stored.machineIds[row] as string;
      if (!isKnown(machineId)) continue;
      const end = stored.starts[row + 1] as number;
      for (let k = stored.starts[row] as number; k < end; k++) {
        this.note(machineId, stored.metrics[k] as number, stored.timestampsMs[row] as number);
      }
    }
  }

  /** Whether a value can be stored without exceeding the number of metrics of a machine, or of series. */
  mayAdd(machineId: string, index: number): boolean {
    const metrics = this.#ofMachine.get(machineId);
    if (metrics?.has(index) === true) return true;
    return (metrics?.size ?? 0) < MAX_METRICS_PER_MACHINE && this.#count < MAX_SERIES;
  }

  of(machineId: string): ReadonlySet<number> {
    return this.#ofMachine.get(machineId) ?? NONE;
  }

  /** How many machines have sent the metric. */
  machinesWith(index: number): number {
    return this.#machines[index] ?? 0;
  }

  /** How many of these machines have sent each metric, by its index. */
  countsIn(machineIds: Iterable<string>): Map<number, number> {
    const counts = new Map<number, number>();
    for (const machineId of machineIds) {
      for (const index of this.of(machineId)) counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return counts;
  }

  /** When the newest value arrived; null if none has been seen since the start. */
  arrivedAtMs(index: number): number | null {
    return this.#arrivedAtMs[index] ?? null;
  }

  forgetMachine(machineId: string): void {
    const metrics = this.#ofMachine.get(machineId);
    if (metrics === undefined) return;
    for (const index of metrics) this.#machines[index] = (this.#machines[index] ?? 1) - 1;
    this.#count -= metrics.size;
    this.#lastId = null;
    this.#ofMachine.delete(machineId);
    this.#unstored = this.#unstored.filter((each) => each.machineId !== machineId);
  }

  forgetMetric(index: number): void {
    if (this.machinesWith(index) === 0) return;
    for (const metrics of this.#ofMachine.values()) if (metrics.delete(index)) this.#count--;
    this.#machines[index] = 0;
    this.#unstored = this.#unstored.filter((each) => each.index !== index);
  }

  #add(machineId: string, index: number): void {
    let metrics = this.#ofMachine.get(machineId);
    if (metrics === undefined) {
      metrics = new Set();
      this.#ofMachine.set(machineId, metrics);
    }
    if (metrics.has(index)) return;
    metrics.add(index);
    this.#machines[index] = this.machinesWith(index) + 1;
    this.#count++;
  }

  #store(): Promise<void> {
    if (this.#unstored.length === 0) return this.#storing ?? Promise.resolve();
    this.#storing ??= this.#storeNow().finally(() => {
      this.#storing = null;
    });
    return this.#storing;
  }

  async #storeNow(): Promise<void> {
    const pairs = this.#unstored;
    this.#unstored = [];
    try {
      await this.#repository.addSeries(
        pairs.map(({ machineId, index }) => ({ machineId, metric: metricNameAt(index) })),
      );
    } catch (error) {
      this.#unstored = [...pairs, ...this.#unstored];
      this.#log.debug({ err: error }, 'The metrics of machines could not be stored; this is retried');
    }
  }
}
