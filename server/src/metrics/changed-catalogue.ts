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
    calibrations: changedCalibrations(stored.calibrations, change),
    formerStates,
  };
}

function changedCalibrations(
  stored: StoredCatalogue['calibrations'],
  { deletedMetrics = [], calibrations = [] }: CatalogueChange,
): StoredCatalogue['calibrations'] {
  if (calibrations.length === 0 && (deletedMetrics.length === 0 || stored.size === 0)) return stored;
  const changed = new Map([...stored].map(([machineId, ofMachine]) => [machineId, new Map(ofMachine)]));
  for (const ofMachine of changed.values()) for (const metric of deletedMetrics) ofMachine.delete(metric);
  for (const { machineId, metric, offsets } of calibrations) {
    const ofMachine = changed.get(machineId) ?? new Map();
    changed.set(machineId, ofMachine);
    if (offsets.length === 0) ofMachine.delete(metric);
    else ofMachine.set(metric, offsets);
  }
  return new Map([...changed].filter(([, ofMachine]) => ofMachine.size > 0));
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
