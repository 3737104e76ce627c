// What the hot path keeps per machine: bounds to compare with, the newest values, and where each condition stands.

import { type Connection, type EffectiveLimits, METRICS, type MetricName } from '@gonsters/contract';
import type { MachineEntry } from '../../machines/machine-service.ts';
import { type ConditionState, outerLimit, QUIET } from '../rules/condition.ts';
import { emptyHistory, type MetricHistory } from '../rules/excursion.ts';
import { LiveWindow } from '../rules/live-window.ts';

/** Mutable on purpose: one per machine, touched by every reading. Columns are in catalogue order. */
export class MachineAlarmState {
  readonly entry: MachineEntry;
  /** When the machine was heard last, whatever it measured: the counted time of its newest reading, -Infinity before that. */
  newestMs = Number.NEGATIVE_INFINITY;
  /** Of the last reading in order of each metric: where it counts in the order of time, -Infinity before the first. */
  readonly countedMs = new Float64Array(METRICS.length).fill(Number.NEGATIVE_INFINITY);
  /** Its own time, NaN before the first. It is later than the counted one where the device's clock is ahead. */
  readonly ownMs = new Float64Array(METRICS.length).fill(Number.NaN);
  /** Its value, NaN where it is not known. */
  readonly newestValues = new Float64Array(METRICS.length).fill(Number.NaN);
  /** A value within [lower, upper] of a quiet metric needs no evaluation. */
  readonly lower = new Float64Array(METRICS.length).fill(Number.NEGATIVE_INFINITY);
  readonly upper = new Float64Array(METRICS.length).fill(Number.POSITIVE_INFINITY);
  readonly states: ConditionState[] = METRICS.map(() => QUIET);
  /** What came out of order or as history; null where nothing did lately, as for nearly every metric. */
  readonly histories: (MetricHistory | null)[] = METRICS.map(() => null);
  readonly liveWindow = new LiveWindow();
  limits: readonly EffectiveLimits[] = [];
  /** Version of the limits that `lower` and `upper` stand for. */
  limitsVersion = -1;
  /** What was last announced. */
  connection: Connection = 'never';
  /** The next reading does more than move values: it ends silence, or un-suppresses. */
  attention = true;
  /** The machine was deleted, maybe while a batch with readings of it is being evaluated. */
  isGone = false;
  /** Scratch of the batch under way: its number, and this machine's last time in it. */
  batch = 0;
  batchMs = Number.NEGATIVE_INFINITY;

  constructor(entry: MachineEntry) {
    this.entry = entry;
  }

  get machineId(): string {
    return this.entry.record.id;
  }

  /** The history of a metric, which has one from now on. */
  historyOf(metricIndex: number): MetricHistory {
    const known = this.histories[metricIndex];
    if (known) return known;
    const history = emptyHistory();
    this.histories[metricIndex] = history;
    return history;
  }

  /** Whether a value needs no evaluation, as long as its metric is quiet. */
  isWithin(metricIndex: number, value: number): boolean {
    return value <= (this.upper[metricIndex] as number) && value >= (this.lower[metricIndex] as number);
  }

  takeLimits(limits: Record<MetricName, EffectiveLimits>, version: number): void {
    this.limits = METRICS.map((metric) => limits[metric.name]);
    for (let m = 0; m < METRICS.length; m++) {
      const of = this.limits[m] as EffectiveLimits;
      this.lower[m] = outerLimit('low', of) ?? Number.NEGATIVE_INFINITY;
      this.upper[m] = outerLimit('high', of) ?? Number.POSITIVE_INFINITY;
    }
    this.limitsVersion = version;
  }
}
