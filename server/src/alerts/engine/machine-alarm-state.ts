// The alarm state of one machine, kept in memory: what it was heard of last, and the state of each metric that it has.

import type { Connection, EffectiveLimits } from '@gonsters/contract';
import type { LimitsByMetric } from '../../machines/effective-limits.ts';
import type { MachineEntry } from '../../machines/machine-service.ts';
import { metricNameAt } from '../../metric-index.ts';
import { type ConditionState, outerLimit, QUIET } from '../rules/condition.ts';
import type { GateState } from '../rules/condition-gate.ts';
import { emptyHistory, type MetricHistory } from '../rules/excursion.ts';
import { LiveWindow } from '../rules/live-window.ts';
import type { StoredConditions } from '../store/stored-conditions.ts';
import type { ActiveCondition, AlertRefinement, LevelRefinement, MachineConditions } from './active-condition.ts';

const NO_LIMITS: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };

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
  /** Conditions besides limits, and states that limits are tied to; null for nearly every machine, which has none. */
  conditions: MachineConditions<MetricAlarmState> | null = null;
  /** What a condition changes of the alert about its connection. */
  connectionRule: AlertRefinement | null = null;
  /** Gives a metric the conditions in force, see `ConditionLoader`; null where there are none. */
  attach: ((metric: MetricAlarmState) => void) | null = null;
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
    this.metrics.push(metric);
    this.#byIndex.set(index, metric);
    this.attach?.(metric);
    if (this.#limits !== null) metric.setLimits(this.#limits[metric.name] ?? null);
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

/** A condition of a metric besides its limits. */
export type MetricCondition = ActiveCondition<MetricAlarmState>;

/** Consecutive live readings of a metric whose values are bad. */
export interface BadSpell {
  /** When the first of them arrived. */
  sinceMs: number;
  /** The newest number, NaN where none was sent. */
  value: number;
  /** There is an active alert about it. */
  isRaised: boolean;
}

/** Mutable on purpose: every value of the metric updates it, without an allocation. */
export class MetricAlarmState {
  readonly machine: MachineAlarmState;
  /** See `metric-index.ts`. */
  readonly index: number;
  /** Place in `MachineAlarmState.metrics`. */
  readonly place: number;
  /** Effective time of the newest reading, see `ArrivedReadings`; -Infinity before the first. */
  effectiveMs = Number.NEGATIVE_INFINITY;
  /** Timestamp of that reading, NaN before the first. It is later than the effective time if the device's clock is ahead. */
  timestampMs = Number.NaN;
  /** Value of that reading, NaN where it is not known or bad. */
  newestValue = Number.NaN;
  /** A value within [lower, upper] of a quiet metric needs no evaluation. */
  lower = Number.NEGATIVE_INFINITY;
  upper = Number.POSITIVE_INFINITY;
  condition: ConditionState = QUIET;
  /** null while the newest value is good, or was bad in the history. */
  bad: BadSpell | null = null;
  /** Recent readings that were history or out of order; null for nearly every metric, which had none. */
  history: MetricHistory | null = null;
  /** Conditions besides its limits; null for nearly every metric. */
  conditions: MetricCondition[] | null = null;
  /** What conditions change of its limits, and of the alert that its values are bad. */
  level: LevelRefinement | null = null;
  badRule: AlertRefinement | null = null;
  /** As stored, until the conditions are loaded. */
  storedConditions: StoredConditions | null = null;
  storedGate: GateState['changes'] | null = null;
  /** null until they are loaded. */
  limits: EffectiveLimits | null = null;

  constructor(machine: MachineAlarmState, index: number, place: number) {
    this.machine = machine;
    this.index = index;
    this.place = place;
  }

  get name(): string {
    return metricNameAt(this.index);
  }

  /** The history; it is created if there is none. */
  ensureHistory(): MetricHistory {
    this.history ??= emptyHistory();
    return this.history;
  }

  /** Whether a value needs no evaluation while the metric is quiet. */
  isWithin(value: number): boolean {
    return value <= this.upper && value >= this.lower;
  }

  /**
   * Whether a reading is newer than the last one of the metric. Effective times are equal only if a device's clock is ahead:
   * then the reading that arrives later is the newer one.
   */
  isInOrder(effectiveMs: number, nowMs: number): boolean {
    // A time in the future was recorded before the server's clock was set back.
    return effectiveMs >= this.effectiveMs || this.effectiveMs > nowMs;
  }

  setNewest(timestampMs: number, effectiveMs: number, value: number): void {
    this.effectiveMs = effectiveMs;
    this.timestampMs = timestampMs;
    this.newestValue = value;
  }

  /** `limits`: null for a metric without limits. */
  setLimits(limits: EffectiveLimits | null): void {
    this.limits = limits ?? NO_LIMITS;
    const lower = outerLimit('low', this.limits) ?? Number.NEGATIVE_INFINITY;
    // Every value is evaluated where there are other conditions.
    this.lower = this.conditions === null ? lower : Number.POSITIVE_INFINITY;
    this.upper = outerLimit('high', this.limits) ?? Number.POSITIVE_INFINITY;
  }
}
