// Filters the metrics of the catalogue, and puts them into their groups.

import type { MetricDefinition } from '@gonsters/contract';

/** Those in use, those that were retired, or both. */
export type Shown = 'active' | 'retired' | 'all';

export interface MetricGroup {
  key: string;
  /** null for those that every plant has, and for those without a group. */
  name: string | null;
  metrics: readonly MetricDefinition[];
}

/** Those that every plant has, then the groups by name, then those without a group. Found metrics are in a list of their own. */
export function metricGroups(metrics: readonly MetricDefinition[], find: string, shown: Shown): MetricGroup[] {
  const words = find.trim().toLowerCase();
  const listed = metrics.filter(({ status, ...metric }) => {
    if (status !== 'active' && status !== 'retired') return false;
    if (shown !== 'all' && status !== shown) return false;
    const texts = [metric.name, metric.label, metric.unit, metric.group, ...metric.aliases];
    return words === '' || texts.some((text) => text?.toLowerCase().includes(words));
  });
  const named = new Map<string, MetricDefinition[]>();
  for (const metric of listed) {
    if (metric.is_built_in || metric.group === null) continue;
    named.set(metric.group, [...(named.get(metric.group) ?? []), metric]);
  }
  const groups: MetricGroup[] = [
    { key: 'built_in', name: null, metrics: listed.filter((metric) => metric.is_built_in) },
    ...[...named]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, members]) => ({ key: `group ${name}`, name, metrics: members })),
    { key: 'other', name: null, metrics: listed.filter((metric) => !metric.is_built_in && metric.group === null) },
  ];
  return groups.filter((group) => group.metrics.length > 0);
}
