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
  const same = metricCalled(usable, called);
  const twin = likelyTwin(
    {
      name: called,
      label: called,
      kind: 'gauge',
      unit: null,
      unit_code: null,
      status: 'discovered',
      aliases: [],
      discovered: null,
    },
    usable,
  );
  const first = [same, twin].filter((metric) => metric !== null && fits(metric)) as MetricDefinition[];
  return [...new Set([...first, ...usable.filter(fits)])].slice(0, MOST_SHOWN);
}
