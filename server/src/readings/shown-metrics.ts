// What replies, events and frames need to know of metrics in order to show their values.

import type { MetricKind, ShownValue } from '@gonsters/contract';
import { BAD, GOOD } from './reading-batch.ts';

/** Metrics are given by their number, see `metric-index.ts`. */
export interface ShownMetrics {
  /** Grows with every change of what the functions return. */
  readonly version: number;
  kindOf(metric: number): MetricKind;
  /** The names of the states of a metric, by their code; empty for other kinds. */
  statesOf(metric: number): readonly string[];
  /** False where nobody is shown the values: the metric waits to be accepted, or is retired. */
  isShown(metric: number): boolean;
}

/** A value as replies and events have it: a boolean, the name of a state, or a number. A bad value is null. */
export function shownValue(metrics: ShownMetrics, metric: number, value: number, quality: number): ShownValue {
  if (quality === BAD || Number.isNaN(value)) return null;
  const kind = metrics.kindOf(metric);
  if (kind === 'boolean') return value !== 0;
  return kind === 'state' ? stateName(metrics.statesOf(metric), value) : value;
}

/** The name of a state; a code that the list does not have, such as one that another node has just added, is shown as it is stored. */
export const stateName = (states: readonly string[], code: number): string => states[code] ?? String(code);

/** Null for a good value. */
export function shownQuality(quality: number): 'uncertain' | 'bad' | null {
  if (quality === GOOD) return null;
  return quality === BAD ? 'bad' : 'uncertain';
}
