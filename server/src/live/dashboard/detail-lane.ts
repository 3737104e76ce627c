// All readings of the machines that one dashboard shows in detail, in binary frames.

import { encodeDetailFrame } from '@gonsters/contract';
import type { VisibleMachines } from '../../machines/visible-machines.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ShownMetrics } from '../../readings/shown-metrics.ts';

/** What waits for the next frame. Past these numbers only the newest values are sent, and the page fetches the rest. */
const MAX_READINGS = 6000;
const MAX_VALUES = 60_000;

export interface EncodedDetail {
  readonly bytes: Uint8Array;
  /** The metric of each value. */
  readonly metrics: Uint16Array;
}

export class DetailLane {
  readonly #metrics: ShownMetrics;
  #machineIds: readonly string[] = [];
  #waiting = new BatchBuilder();
  #waitingValues = 0;
  #seq = 0;
  /** Machines of which only the newest values will be sent, with the earliest timestamp that was left out. */
  readonly #conflated = new Map<string, number>();

  constructor(metrics: ShownMetrics) {
    this.#metrics = metrics;
  }

  get machineIds(): readonly string[] {
    return this.#machineIds;
  }

  get waiting(): boolean {
    return this.#waiting.length > 0 || this.#conflated.size > 0;
  }

  /** Drops waiting readings of machines that are no longer shown. */
  show(machineIds: readonly string[]): void {
    this.#machineIds = machineIds;
    const waiting = this.#take();
    for (let row = 0; row < waiting.length; row++) {
      if (machineIds.includes(waiting.machineIds[row] as string)) this.#append(waiting, row);
    }
    for (const machineId of this.#conflated.keys())
      if (!machineIds.includes(machineId)) this.#conflated.delete(machineId);
  }

  add(machineId: string, readings: ReadingBatch, row: number): void {
    if (this.#conflated.size > 0) {
      this.#leaveOut(machineId, readings.timestampsMs[row] as number);
      return;
    }
    this.#append(readings, row);
    if (this.#waiting.length > MAX_READINGS || this.#waitingValues > MAX_VALUES) this.conflate();
  }

  /** Drops waiting readings: only the newest value of each metric and machine will be sent. The sequence of frames has a gap. */
  conflate(): void {
    if (this.#waiting.length === 0) return;
    const { machineIds, timestampsMs } = this.#take();
    for (const [row, machineId] of machineIds.entries()) this.#leaveOut(machineId, timestampsMs[row] as number);
    this.#seq++;
  }

  /** Encodes the next frame and empties the lane. */
  takeFrame(machines: VisibleMachines): EncodedDetail {
    const newest = new BatchBuilder();
    for (const [machineId, sinceMs] of this.#conflated)
      machines.get(machineId)?.latest.addReadings(newest, machineId, sinceMs);
    const latest = newest.finish();
    for (let row = 0; row < latest.length; row++) this.#append(latest, row);
    this.#conflated.clear();
    const { machineIds, timestampsMs, starts, metrics, values, qualities } = this.#take();
    const bytes = encodeDetailFrame({
      seq: ++this.#seq,
      machineIds: [...this.#machineIds],
      machineIndex: Uint8Array.from(machineIds, (machineId) => this.#machineIds.indexOf(machineId)),
      ...{ timestampsMs, starts, metrics, values, qualities },
    });
    return { bytes, metrics };
  }

  /** Without values of metrics that are not shown. */
  #append(readings: ReadingBatch, row: number): void {
    const end = readings.starts[row + 1] as number;
    for (let k = readings.starts[row] as number; k < end; k++) {
      const metric = readings.metrics[k] as number;
      if (!this.#metrics.isShown(metric)) continue;
      this.#waiting.addValue(metric, readings.values[k] as number, readings.qualities[k] as number);
    }
    const added = this.#waiting.openValues;
    if (added === 0) return;
    this.#waitingValues += added;
    this.#waiting.endReading(readings.machineIds[row] as string, readings.timestampsMs[row] as number);
  }

  #leaveOut(machineId: string, timestampMs: number): void {
    this.#conflated.set(machineId, Math.min(this.#conflated.get(machineId) ?? timestampMs, timestampMs));
  }

  #take(): ReadingBatch {
    const waiting = this.#waiting.finish();
    this.#waiting = new BatchBuilder();
    this.#waitingValues = 0;
    return waiting;
  }
}
