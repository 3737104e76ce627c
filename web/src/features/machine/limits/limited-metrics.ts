// The metrics of a machine that are compared with limits, and what a search leaves of them.

import { type MachineMetric, METRICS } from '@gonsters/contract';
import { isNumeric, type MetricView } from '../../../components/domain/metrics/metric-view.ts';
import type { LimitedMetric } from './limit-draft.ts';

/** More than these, and the form can be searched. */
export const MANY_METRICS = 8;

export interface FormMetric extends LimitedMetric {
  readonly view: MetricView;
}

/** In the order of the views. The plausible values are those of the machine, in the stored unit. */
export function limitedMetrics(metrics: readonly MachineMetric[], views: readonly MetricView[]): FormMetric[] {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  return views.filter(isNumeric).flatMap((view) => {
    const metric = byName.get(view.name);
    if (metric === undefined) return [];
    const { name, min, max } = metric;
    return [{ name, min, max, view, derivesHighHigh: METRICS.some((each) => each.name === name) }];
  });
}

/** Those whose label, name, group or unit contain every word. */
export function searched(metrics: readonly FormMetric[], search: string): readonly FormMetric[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return metrics.filter(({ name, view }) => {
    const text = [view.label, name, view.unit, view.group ?? ''].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
