// The alarm state of one metric of one machine: its limits, its newest value, and the state of its conditions.

import type { EffectiveLimits } from '@gonsters/contract';
import { metricNameAt } from '../../metric-index.ts';
import { type ConditionState, outerLimit, QUIET } from '../rules/condition.ts';
import { emptyHistory, type MetricHistory } from '../rules/excursion.ts';
import type { MachineAlarmState } from './machine-alarm-state.ts';

const NO_LIMITS: EffectiveLimits = { low_low: null, low: null, high: null, high_high: null };

/** Consecutive live readings of a metric whose values are bad. */
export interface BadSpell {
  /** Effective time of the first. */
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
    this.lower = outerLimit('low', this.limits) ?? Number.NEGATIVE_INFINITY;
    this.upper = outerLimit('high', this.limits) ?? Number.POSITIVE_INFINITY;
  }
}
