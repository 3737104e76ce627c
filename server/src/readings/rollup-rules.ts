// What an engine needs to know of metrics when it makes rollups.

import type { MetricKind } from '@gonsters/contract';

/** Metrics are given by their number, see `metric-index.ts`. */
export interface RollupRules {
  kindOf(metric: number): MetricKind;
  /** How long a boolean or state of a machine holds without a further value, ms. */
  holdMsOf(machineId: string): number;
}
