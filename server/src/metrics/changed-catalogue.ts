// What is stored after a change, without reading it again.

import type { CatalogueChange, StoredCatalogue } from './metric-repository.ts';

export function changedCatalogue(stored: StoredCatalogue, change: CatalogueChange): StoredCatalogue {
  const metrics = new Map(stored.metrics.map((metric) => [metric.name, metric]));
  const formerStates = new Map(stored.formerStates);
  for (const name of change.deletedMetrics ?? []) {
    const states = metrics.get(name)?.states ?? [];
    if (states.length > 0) formerStates.set(name, states);
    metrics.delete(name);
  }
  for (const metric of change.metrics ?? []) {
    formerStates.delete(metric.name);
    metrics.set(metric.name, { ...metric, aliases: [...metric.aliases].sort() });
  }
  const types = new Map(stored.types.map((type) => [type.name, type]));
  for (const name of change.deletedTypes ?? []) types.delete(name);
  for (const type of change.types ?? []) types.set(type.name, type);
  for (const [name, type] of types) types.set(name, withoutLimitsOf(type, change.deletedMetrics ?? []));
  const overrides = new Map(stored.overrides);
  for (const [machineId, each] of change.overrides ?? []) {
    if (each === null) overrides.delete(machineId);
    else overrides.set(machineId, each);
  }
  return {
    revision: stored.revision + 1,
    metrics: [...metrics.values()].sort(byAge),
    types: [...types.values()].sort(byName),
    overrides,
    formerStates,
  };
}

/** Those of a metric that was deleted included. */
export const statesOf = (stored: StoredCatalogue, name: string): readonly string[] =>
  stored.metrics.find((metric) => metric.name === name)?.states ?? stored.formerStates.get(name) ?? [];

/** The oldest first. */
export const byAge = (a: StoredCatalogue['metrics'][number], b: StoredCatalogue['metrics'][number]): number =>
  a.createdAtMs - b.createdAtMs || byName(a, b);

export const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

function withoutLimitsOf(
  type: StoredCatalogue['types'][number],
  metrics: readonly string[],
): StoredCatalogue['types'][number] {
  if (!metrics.some((name) => Object.hasOwn(type.limits, name))) return type;
  return {
    ...type,
    limits: Object.fromEntries(Object.entries(type.limits).filter(([name]) => !metrics.includes(name))),
  };
}
