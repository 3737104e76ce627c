// Metrics and machine types as one file, and what importing it changes.

import type { ImportChange, ImportReply, MachineTypeInput, MetricFile, MetricInput } from '@gonsters/contract';
import { isAppError } from '../errors.ts';
import { typeFaults } from './machine-type-rules.ts';
import { changedType } from './machine-types.ts';
import { createMetric, updateMetric } from './metric-changes.ts';
import type { MachineTypeRecord, MetricRecord, StoredCatalogue } from './metric-repository.ts';

/** Everything but what was merged into another metric. `whole` gives a record with the limits that are settings. */
export function metricFileOf(stored: StoredCatalogue, whole: (record: MetricRecord) => MetricRecord): MetricFile {
  return {
    format: 'gonsters-metrics',
    version: 1,
    metrics: stored.metrics.filter(({ mergedInto }) => mergedInto === null).map((record) => metricInput(whole(record))),
    machine_types: stored.types.map((type) => ({ name: type.name, ...typeInput(type) })),
  };
}

export interface ImportPlan extends Omit<ImportReply, 'status' | 'preview'> {
  /** With the limits that are settings. */
  metrics: MetricRecord[];
  types: MachineTypeRecord[];
}

/**
 * What a file changes. A metric keeps the fields that the file does not name; a machine type is replaced. An entry that
 * contradicts what is here is left out, and named with the reason.
 */
export function planImport(
  stored: StoredCatalogue,
  file: MetricFile,
  deps: {
    whole: (record: MetricRecord) => MetricRecord;
    /** How many machines a change reaches. */
    machinesWith: (metric: string) => number;
    machinesOf: (type: string) => number;
    by: string;
    nowMs: number;
  },
): ImportPlan {
  const plan: ImportPlan = { changes: [], unchanged: 0, left_out: [], metrics: [], types: [] };
  const metrics = new Map(stored.metrics.map((record) => [record.name, record]));
  const leaveOut = (kind: ImportChange['kind'], name: string, error: string) =>
    plan.left_out.push({ kind, name, error });
  const current = (): StoredCatalogue => ({ ...stored, metrics: [...metrics.values()] });

  for (const input of file.metrics) {
    const { name } = input;
    const known = metrics.get(name);
    const before = known && deps.whole(known);
    const reason = before === undefined ? null : contradiction(before, input);
    if (reason !== null) {
      leaveOut('metric', name, reason);
      continue;
    }
    try {
      const after =
        before === undefined ? createMetric(current(), input, deps) : updated(current(), before, input, deps);
      const fields = before === undefined ? [] : differences(metricInput(before), metricInput(after));
      if (before !== undefined && fields.length === 0) {
        plan.unchanged++;
        continue;
      }
      metrics.set(name, after);
      plan.metrics.push(after);
      const action = before === undefined ? 'create' : 'update';
      plan.changes.push({ kind: 'metric', name, action, fields, machines: deps.machinesWith(name) });
    } catch (error) {
      leaveOut('metric', name, faultText(error));
    }
  }

  for (const { name, ...input } of file.machine_types) {
    const [found] = typeFaults(input, [...metrics.values()]);
    if (found !== undefined) {
      leaveOut('machine_type', name, `${found.field ?? name}: ${found.error}`);
      continue;
    }
    const before = stored.types.find((type) => type.name === name);
    const after = changedType(stored, name, input, deps);
    const fields = before === undefined ? [] : differences(typeInput(before), typeInput(after));
    if (before !== undefined && fields.length === 0) {
      plan.unchanged++;
      continue;
    }
    plan.types.push(after);
    const action = before === undefined ? 'create' : 'update';
    plan.changes.push({ kind: 'machine_type', name, action, fields, machines: deps.machinesOf(name) });
  }
  return plan;
}

/** Stored values would mean something else: they are neither converted nor counted anew by an import. */
function contradiction(before: MetricRecord, input: MetricInput): string | null {
  const unit = input.unit_code ?? input.unit;
  if (unit != null && before.unit !== null && unit !== before.unitCode && unit !== before.unit) {
    return `The unit of ${before.name} is ${unit} in the file and ${before.unit} here`;
  }
  if (input.kind !== undefined && input.kind !== before.kind) {
    return `${before.name} is a ${input.kind} in the file and a ${before.kind} here`;
  }
  return null;
}

function updated(
  stored: StoredCatalogue,
  before: MetricRecord,
  { name: _, ...patch }: MetricInput,
  author: { by: string; nowMs: number },
): MetricRecord {
  const { aliases, states, ...rest } = patch;
  return updateMetric(
    stored,
    before,
    {
      ...rest,
      ...(aliases && { aliases: [...new Set([...before.aliases, ...aliases])] }),
      ...(states && { states: [...new Set([...before.states, ...states])] }),
    },
    author,
  );
}

/** The fields that are set, as a request gives them. */
function metricInput(record: MetricRecord): MetricInput {
  const { name, label, unit, unitCode, displayUnit, kind, decimals, min, max, group, description, order } = record;
  const limits = Object.fromEntries(Object.entries(record.limits).filter(([, value]) => value !== null));
  const fields = {
    ...{ unit, unit_code: unitCode, display_unit: displayUnit, min, max, group, description },
    limits: Object.keys(limits).length > 0 ? limits : null,
    aliases: record.aliases.length > 0 ? [...record.aliases] : null,
    states: kind === 'state' && record.states.length > 0 ? [...record.states] : null,
  };
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return { name, label, kind, decimals, order, ...set };
}

function typeInput({ definition, limits }: MachineTypeRecord): MachineTypeInput {
  return { ...definition, limits: { ...limits } };
}

/** The fields that differ; limits and the metrics of a type one by one. */
function differences(before: object, after: object): ImportChange['fields'] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? null, after: now.get(field) ?? null }))
    .filter(({ before: a, after: b }) => JSON.stringify(a) !== JSON.stringify(b));
}

function flat(value: object, prefix = ''): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, each] of Object.entries(value)) {
    const isNamed = key === 'metrics' && Array.isArray(each);
    const nested = isNamed ? Object.fromEntries(each.map(({ name, ...metric }) => [name, metric])) : each;
    if (isNamed) fields.set(prefix + key, Object.keys(nested));
    if (typeof nested === 'object' && nested !== null && !Array.isArray(nested)) {
      for (const [field, inner] of flat(nested, `${prefix}${key}.`)) fields.set(field, inner);
    } else if (nested != null) fields.set(prefix + key, nested);
  }
  return fields;
}

function faultText(error: unknown): string {
  if (!isAppError(error)) throw error;
  const [first] = error.faults;
  return first === undefined ? error.message : first.error;
}
