// The alarm state of one machine, kept in memory: what it was heard of last, and the state of each metric that it has.

import type { Connection } from '@gonsters/contract';
import type { LimitsByMetric } from '../../machines/effective-limits.ts';
import type { MachineEntry } from '../../machines/machine-service.ts';
import { LiveWindow } from '../rules/live-window.ts';
import { MetricAlarmState } from './metric-alarm-state.ts';

/** Mutable on purpose: one per machine, and every reading updates it. */
export class MachineAlarmState {
  readonly entry: MachineEntry;
  /** Effective time of the machine's newest reading, whatever it measured; -Infinity before the first. */
  lastHeardMs = Number.NEGATIVE_INFINITY;
  /** The metrics that the machine has sent, in the order in which they came first. */
  readonly metrics: MetricAlarmState[] = [];
  readonly #byIndex = new Map<number, MetricAlarmState>();
  readonly liveWindow = new LiveWindow();
  #limits: LimitsByMetric | null = null;
  /** Version of the limits that the metrics have; -1 before the first. */
  limitsVersion = -1;
  /** As announced last. */
  connection: Connection = 'never';
  /** The next live reading may end a stale alert or a suppression. */
  mayRecover = true;
  /** The machine was deleted, possibly while a batch with its readings is being evaluated. */
  isDeleted = false;
  /** Used while a batch is sorted: the number of the batch, and the time of this machine's previous row in it. */
  batch = 0;
  batchMs = Number.NEGATIVE_INFINITY;

  constructor(entry: MachineEntry) {
    this.entry = entry;
  }

  get machineId(): string {
    return this.entry.record.id;
  }

  /** The state of a metric by its number, see `metric-index.ts`; it is created if there is none. */
  metric(index: number): MetricAlarmState {
    const known = this.#byIndex.get(index);
    if (known !== undefined) return known;
    const metric = new MetricAlarmState(this, index, this.metrics.length);
    if (this.#limits !== null) metric.setLimits(this.#limits[metric.name] ?? null);
    this.metrics.push(metric);
    this.#byIndex.set(index, metric);
    return metric;
  }

  /** The same; undefined where the machine has never sent the metric. */
  find(index: number): MetricAlarmState | undefined {
    return this.#byIndex.get(index);
  }

  setLimits(limits: LimitsByMetric, version: number): void {
    this.#limits = limits;
    for (const metric of this.metrics) metric.setLimits(limits[metric.name] ?? null);
    this.limitsVersion = version;
  }
}
