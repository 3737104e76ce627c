// Decides the changes of metrics that people make. Each function throws an AppError where the change contradicts what is stored.

import { type Fault, MAX_METRICS, MAX_STATES, type MetricInput, type MetricPatch } from '@gonsters/contract';
import { AppError } from '../errors.ts';
import { isBuiltIn } from './catalogue-memory.ts';
import { blank, changedMetric, fault } from './metric-record.ts';
import type { CatalogueChange, MetricRecord, StoredCatalogue } from './metric-repository.ts';

interface Author {
  by: string;
  nowMs: number;
}

export function createMetric(stored: StoredCatalogue, input: MetricInput, { by, nowMs }: Author): MetricRecord {
  const { name, ...fields } = input;
  const owner = ownerOf(stored, name);
  if (owner !== null) {
    const error =
      owner === name ? 'A metric with this name already exists' : `The metric ${owner} is already known by this name`;
    throw new AppError('name_taken', error, { faults: [{ field: 'name', error, value: name }] });
  }
  if (stored.metrics.length >= MAX_METRICS) {
    throw new AppError('conflict', `A plant has at most ${MAX_METRICS} metrics; delete one that is not needed`);
  }
  const former = { ...blank(name, nowMs, by), states: stored.formerStates.get(name) ?? [] };
  const { record, faults } = changedMetric(former, fields, true);
  refuse([...faults, ...aliasFaults(stored, record)]);
  return record;
}

/** @param before with the limits that are settings */
export function updateMetric(
  stored: StoredCatalogue,
  before: MetricRecord,
  patch: MetricPatch,
  { by, nowMs }: Author,
): MetricRecord {
  if (before.mergedInto !== null) throw mergedInto(before);
  const { record, faults } = changedMetric(before, patch);
  refuse([...faults, ...aliasFaults(stored, record)]);
  return { ...record, updatedAtMs: nowMs, updatedBy: by };
}

export function acceptMetric(before: MetricRecord, { by, nowMs }: Author): MetricRecord {
  if (before.mergedInto !== null) throw mergedInto(before);
  if (before.status === 'retired') throw new AppError('conflict', `The metric ${before.name} is retired`);
  return before.status === 'active' ? before : { ...before, status: 'active', updatedAtMs: nowMs, updatedBy: by };
}

/** A metric that still arrives is retired instead: it would be discovered again. */
export function deleteMetric(
  stored: StoredCatalogue,
  before: MetricRecord,
  stillArrives: boolean,
  { by, nowMs }: Author,
): CatalogueChange {
  const { name } = before;
  if (isBuiltIn(name))
    throw new AppError('conflict', `The metric ${name} is part of every plant and cannot be deleted`);
  const merged = stored.metrics.filter((metric) => metric.mergedInto === name);
  if (merged.length > 0) {
    throw new AppError(
      'conflict',
      `${merged.map((each) => each.name).join(', ')} was merged into ${name}; undo that first`,
    );
  }
  const types = stored.types.filter(({ definition: { metrics, headline, charts, state } }) =>
    [...metrics.map((each) => each.name), ...headline, ...charts, state?.metric].includes(name),
  );
  if (types.length > 0) {
    throw new AppError(
      'conflict',
      `The machine type ${types.map((type) => type.name).join(', ')} lists the metric ${name}`,
    );
  }
  if (stillArrives) return { metrics: [{ ...before, status: 'retired', updatedAtMs: nowMs, updatedBy: by }] };
  const overrides = new Map(
    [...stored.overrides].flatMap(([machineId, { metrics, ...rest }]) => {
      const others = metrics.filter((each) => each.name !== name);
      return others.length === metrics.length ? [] : [[machineId, { metrics: others, ...rest }] as const];
    }),
  );
  return { deletedMetrics: [name], overrides };
}

/** `from` becomes an alias of `into`. The values that are stored under each name stay where they are. */
export function mergeMetrics(
  stored: StoredCatalogue,
  from: MetricRecord,
  into: MetricRecord,
  { by, nowMs }: Author,
): MetricRecord[] {
  if (from.mergedInto !== null) throw mergedInto(from);
  if (into.mergedInto !== null) throw mergedInto(into);
  if (from.name === into.name) refuse([fault('into', 'must be another metric than from', into.name)]);
  if (isBuiltIn(from.name)) {
    throw new AppError('conflict', `The metric ${from.name} is part of every plant; merge the other one into it`);
  }
  if (from.kind !== into.kind) {
    throw new AppError('conflict', `${from.name} is a ${from.kind} and ${into.name} a ${into.kind}`);
  }
  if (from.unit !== null && from.unitCode !== into.unitCode) {
    throw new AppError('conflict', `${from.name} is in ${from.unit} and ${into.name} in ${into.unit ?? 'no unit'}`);
  }
  const states = [...new Set([...into.states, ...from.states])];
  if (states.length > MAX_STATES) throw new AppError('conflict', `Together they have more than ${MAX_STATES} states`);
  const listing = stored.types.filter(({ definition }) => definition.metrics.some(({ name }) => name === from.name));
  if (listing.length > 0) {
    const names = listing.map((type) => type.name).join(', ');
    throw new AppError('conflict', `The machine type ${names} lists the metric ${from.name}`);
  }
  const author = { updatedAtMs: nowMs, updatedBy: by };
  return [
    { ...from, mergedInto: into.name, ...author },
    { ...into, states, ...author },
  ];
}

export function unmergeMetric(before: MetricRecord, { by, nowMs }: Author): MetricRecord {
  if (before.mergedInto === null)
    throw new AppError('conflict', `The metric ${before.name} is not merged into another one`);
  return { ...before, mergedInto: null, updatedAtMs: nowMs, updatedBy: by };
}

/** @throws AppError `not_found` */
export function storedMetric(stored: StoredCatalogue, name: string): MetricRecord {
  const record = stored.metrics.find((metric) => metric.name === name);
  if (record === undefined) throw new AppError('not_found', `No metric with the name ${name} exists`);
  return record;
}

/** @throws AppError `validation_failed` */
export function refuse(faults: Fault[]): void {
  if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
}

function aliasFaults(stored: StoredCatalogue, { name, aliases }: MetricRecord): Fault[] {
  return aliases.flatMap((alias, i) => {
    const owner = ownerOf(stored, alias);
    return owner === null || owner === name
      ? []
      : [fault(`aliases[${i}]`, `is already what devices call ${owner}`, alias)];
  });
}

/** The metric that has this name or alias. */
function ownerOf(stored: StoredCatalogue, name: string): string | null {
  return stored.metrics.find((metric) => metric.name === name || metric.aliases.includes(name))?.name ?? null;
}

const mergedInto = ({ name, mergedInto: into }: MetricRecord) =>
  new AppError('conflict', `The metric ${name} is merged into ${into}; change that one`);
