// Which metrics of the catalogue a value may be: by what devices call it, by its words, and by what a person types.

import type { MetricDefinition } from '@gonsters/contract';
import { likelyTwin } from '../../metrics/likely-twin.ts';
import { nameOf } from '../../metrics/metric-draft.ts';

const MOST_SHOWN = 30;

/** The metric that has this name, or one that devices call so. Case and separators do not count. */
export function metricCalled(metrics: readonly MetricDefinition[], called: string): MetricDefinition | null {
  const plain = nameOf(called.replace(/([a-z])([A-Z])/g, '$1 $2'));
  const isSame = (name: string) => name === called || nameOf(name.replace(/([a-z])([A-Z])/g, '$1 $2')) === plain;
  return (
    metrics.find(({ name }) => name === called) ??
    metrics.find((metric) => [metric.name, ...metric.aliases, ...metric.merged].some(isSame)) ??
    null
  );
}

/** One that is called almost so; null where none is. */
function likelyMetric(metrics: readonly MetricDefinition[], called: string): MetricDefinition | null {
  const found = { name: called, label: called, kind: 'gauge', unit: null, unit_code: null, aliases: [] } as const;
  return likelyTwin({ ...found, aliases: [], status: 'discovered', discovered: null }, metrics);
}

/** The likeliest first: what is called so, what is called almost so; then, with a text, what contains its words. */
export function metricProposals(
  metrics: readonly MetricDefinition[],
  called: string,
  text: string,
): readonly MetricDefinition[] {
  const usable = metrics.filter(({ status }) => status !== 'retired');
  const words = text.toLowerCase().split(/\s+/);
  const fits = (metric: MetricDefinition) => {
    const known = [metric.label, metric.name, metric.unit ?? '', ...metric.aliases].join(' ').toLowerCase();
    return words.every((word) => known.includes(word));
  };
  const first = [metricCalled(usable, called), likelyMetric(usable, called)].filter((metric) => metric !== null);
  return [...new Set([...first.filter(fits), ...usable.filter(fits)])].slice(0, MOST_SHOWN);
}
