// The alarm state of one machine, kept in memory: its limits, its newest values, and the state of each condition.

import { type Connection, type EffectiveLimits, METRICS, type MetricName } from '@gonsters/contract';
import type { MachineEntry } from '../../machines/machine-service.ts';
import { type ConditionState, outerLimit, QUIET } from '../rules/condition.ts';
import { emptyHistory, type MetricHistory } from '../rules/excursion.ts';
import { LiveWindow } from '../rules/live-window.ts';

/** Mutable on purpose: one per machine, and every reading updates it. Arrays are indexed like `METRICS`. */
export class MachineAlarmState {
  readonly entry: MachineEntry;
  /** Effective time of the machine's newest reading, whatever it measured; -Infinity before the first. */
  lastHeardMs = Number.NEGATIVE_INFINITY;
  /** Effective time of each metric's newest reading, see `ArrivedReadings`; -Infinity before the first. */
  readonly effectiveMs = new Float64Array(METRICS.length).fill(Number.NEGATIVE_INFINITY);
  /** Timestamp of that reading, NaN before the first. It is later than the effective time if the device's clock is ahead. */
  readonly timestampMs = new Float64Array(METRICS.length).fill(Number.NaN);
  /** Value of that reading, NaN where it is not known. */
  readonly newestValues = new Float64Array(METRICS.length).fill(Number.NaN);
  /** A value within [lower, upper] of a quiet metric needs no evaluation. */
  readonly lower = new Float64Array(METRICS.length).fill(Number.NEGATIVE_INFINITY);
  readonly upper = new Float64Array(METRICS.length).fill(Number.POSITIVE_INFINITY);
  readonly conditions: ConditionState[] = METRICS.map(() => QUIET);
  /** Recent readings that were history or out of order; null for nearly every metric, which had none. */
  readonly histories: (MetricHistory | null)[] = METRICS.map(() => null);
  readonly liveWindow = new LiveWindow();
  limits: readonly EffectiveLimits[] = [];
  /** Version of the limits that `lower` and `upper` were made from. */
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

  /** The history of a metric; it is created if there is none. */
  historyOf(metricIndex: number): MetricHistory {
    const known = this.histories[metricIndex];
    if (known) return known;
    const history = emptyHistory();
    this.histories[metricIndex] = history;
    return history;
  }

  /** Whether a value needs no evaluation while its metric is quiet. */
  isWithin(metricIndex: number, value: number): boolean {
    return value <= (this.upper[metricIndex] as number) && value >= (this.lower[metricIndex] as number);
  }

  /**
   * Whether a reading is newer than the last one of its metric. Effective times are equal only if a device's clock is ahead:
   * then the reading that arrives later is the newer one.
   */
  isInOrder(metricIndex: number, effectiveMs: number, nowMs: number): boolean {
    const lastMs = this.effectiveMs[metricIndex] as number;
    // A time in the future was recorded before the server's clock was set back.
    return effectiveMs >= lastMs || lastMs > nowMs;
  }

  setNewest(metricIndex: number, timestampMs: number, effectiveMs: number, value: number): void {
    this.effectiveMs[metricIndex] = effectiveMs;
    this.timestampMs[metricIndex] = timestampMs;
    this.newestValues[metricIndex] = value;
  }

  setLimits(limits: Record<MetricName, EffectiveLimits>, version: number): void {
    this.limits = METRICS.map((metric) => limits[metric.name]);
    for (let m = 0; m < METRICS.length; m++) {
      const of = this.limits[m] as EffectiveLimits;
      this.lower[m] = outerLimit('low', of) ?? Number.NEGATIVE_INFINITY;
      this.upper[m] = outerLimit('high', of) ?? Number.POSITIVE_INFINITY;
    }
    this.limitsVersion = version;
  }
}

/** One metric of one machine. */
export interface MetricRef {
  readonly machine: MachineAlarmState;
  readonly metricIndex: number;
}
