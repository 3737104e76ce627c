// What limits and alerts need to know of the catalogue of metrics.

import type { EffectiveLimits, MetricKind, MetricStatus, Unit } from '@gonsters/contract';

export interface MetricDefinition {
  readonly name: string;
  readonly label: string;
  /** The symbol; null for a metric without a unit. */
  readonly unit: string | null;
  /** The stored unit and the one in which the plant shows the metric; null if they are the same. */
  readonly display: { readonly from: Unit; readonly to: Unit } | null;
  readonly kind: MetricKind;
  /** The names of the states by their code; empty for other kinds. */
  readonly states: readonly string[];
  readonly decimals: number;
  /** The range of plausible values, both ends included; null where it is open. */
  readonly min: number | null;
  readonly max: number | null;
  /** Plant-wide. */
  readonly limits: EffectiveLimits;
  readonly status: MetricStatus;
}

export interface AlertCatalogue {
  /** Another number after every change of a metric. */
  readonly version: number;
  /** Undefined if no metric has this name, or if it was merged into another one. */
  get(name: string): MetricDefinition | undefined;
  all(): Iterable<MetricDefinition>;
}

/** A metric that is pending or retired has no alerts, nor has one that is not in the catalogue any more. */
export function isSilent(metric: MetricDefinition | undefined): boolean {
  return metric === undefined || metric.status === 'pending' || metric.status === 'retired';
}

/** The codes of values of a state or boolean metric; names that it does not have are left out. */
export function codesOf(metric: MetricDefinition | undefined, values: readonly string[]): ReadonlySet<number> {
  if (metric?.kind === 'boolean') return new Set(values.map((value) => Number(value === 'true')));
  return new Set(values.map((value) => metric?.states.indexOf(value) ?? -1).filter((code) => code >= 0));
}

/** Whether values of the metric are amounts, which are compared with limits. */
export function hasLimits(metric: MetricDefinition): boolean {
  return metric.kind === 'gauge' || metric.kind === 'counter';
}
