// Records of metrics: those that every plant has, and those that people create and change.

import {
  ASCENDING_LIMITS,
  type Fault,
  METRICS,
  type MetricInput,
  type MetricLimits,
  type MetricLimitsPatch,
  type MetricPatch,
  understandUnit,
  unitOf,
} from '@gonsters/contract';
import { isBuiltIn } from './catalogue-memory.ts';
import { faultOfKindChange } from './metric-kind.ts';
import type { MetricRecord } from './metric-repository.ts';

export const EMPTY_LIMITS: MetricLimits = Object.freeze({ low_low: null, low: null, high: null, high_high: null });
const UNIT_CODES: Record<string, string> = Object.fromEntries(
  METRICS.map(({ unit }) => [unit, understandUnit(unit, null)?.code ?? '']),
);

/** Temperature, pressure and speed as a new plant has them. Low and high limits are settings. */
export function builtInMetrics(nowMs: number): MetricRecord[] {
  return METRICS.map(({ name, label, unit, min, max, decimals }, order) => ({
    ...blank(name, nowMs, null),
    ...{ label: label.en, unit, unitCode: UNIT_CODES[unit] as string, min, max, decimals, order },
  }));
}

/** A new metric of the name, with nothing else known of it. */
export function blank(name: string, nowMs: number, by: string | null): MetricRecord {
  return {
    name,
    label: name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '),
    unit: null,
    unitCode: null,
    displayUnit: null,
    kind: 'gauge',
    decimals: 2,
    min: null,
    max: null,
    limits: EMPTY_LIMITS,
    group: null,
    description: null,
    order: 1000,
    status: 'active',
    mergedInto: null,
    isFreeText: false,
    discovered: null,
    aliases: [],
    states: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    updatedBy: by,
  };
}

/**
 * The record after the change, with what contradicts it. The low and high limits of a built-in metric, which are settings, are
 * part of `limits` in both records.
 *
 * @param isNew the kind and the unit of a new metric are free
 */
export function changedMetric(
  before: MetricRecord,
  patch: Omit<MetricInput, 'name'> & Pick<MetricPatch, 'status'>,
  isNew = false,
): { record: MetricRecord; faults: Fault[] } {
  const kind = patch.kind ?? before.kind;
  const numeric = kind === 'gauge' || kind === 'counter';
  // What a metric without numbers cannot have is dropped when its kind changes, and refused when it is asked for.
  const base = numeric || kind === before.kind ? before : { ...before, ...NOT_NUMERIC };
  const units = changedUnits(base, patch);
  const record: MetricRecord = {
    ...base,
    ...units.changed,
    kind,
    label: patch.label ?? base.label,
    decimals: patch.decimals ?? (numeric ? base.decimals : 0),
    min: patch.min === undefined ? base.min : patch.min,
    max: patch.max === undefined ? base.max : patch.max,
    limits: mergedLimits(base.limits, patch.limits),
    group: patch.group === undefined ? base.group : patch.group,
    description: patch.description === undefined ? base.description : patch.description,
    order: patch.order ?? base.order,
    aliases:
      patch.aliases === undefined ? base.aliases : [...new Set(patch.aliases)].filter((each) => each !== base.name),
    states: patch.states ?? base.states,
    isFreeText: patch.states === undefined && kind === 'state' ? base.isFreeText : false,
    status: patch.status ?? (base.status === 'discovered' ? 'active' : base.status),
  };
  const faults = [
    ...units.faults,
    ...(isBuiltIn(record.name) ? builtInFaults(before, record) : []),
    ...(isNew ? [] : kindFaults(before, record)),
    ...stateFaults(before, record, patch),
    ...rangeFaults(record, patch),
  ];
  return { record, faults };
}

const NOT_NUMERIC = { unit: null, unitCode: null, displayUnit: null, min: null, max: null, limits: EMPTY_LIMITS };

const mergedLimits = (before: MetricLimits, patch: MetricLimitsPatch = {}): MetricLimits =>
  Object.assign({ ...before }, Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)));

type Units = Pick<MetricRecord, 'unit' | 'unitCode' | 'displayUnit'>;

function changedUnits(before: MetricRecord, patch: MetricPatch): { changed: Units; faults: Fault[] } {
  let { unit, unitCode } = before;
  if (patch.unit_code !== undefined && patch.unit_code !== null) {
    unitCode = patch.unit_code;
    unit = patch.unit ?? unitOf(unitCode)?.symbol ?? null;
  } else if (patch.unit !== undefined) {
    const quantity = unitOf(before.unitCode ?? '')?.quantity ?? null;
    const understood =
      patch.unit === null ? null : (understandUnit(patch.unit, quantity) ?? understandUnit(patch.unit, null));
    unitCode = patch.unit_code === null ? null : (understood?.code ?? null);
    unit = unitCode === null ? patch.unit : (understood?.symbol ?? patch.unit);
  } else if (patch.unit_code === null) {
    unit = null;
    unitCode = null;
  }
  const quantity = unitOf(unitCode ?? '')?.quantity;
  const fits = (code: string | null) =>
    code === null || (quantity !== undefined && unitOf(code)?.quantity === quantity);
  const wanted = patch.display_unit;
  // Another unit of the metric leaves a display unit that no longer fits behind.
  const displayUnit = wanted === undefined ? (fits(before.displayUnit) ? before.displayUnit : null) : wanted;
  const faults = fits(displayUnit)
    ? []
    : [fault('display_unit', 'must be a unit of the same quantity as unit_code', displayUnit)];
  return { changed: { unit, unitCode, displayUnit }, faults };
}

function builtInFaults(before: MetricRecord, after: MetricRecord): Fault[] {
  const faults: Fault[] = [];
  if (after.unitCode !== before.unitCode || after.unit !== before.unit) {
    faults.push(fault('unit', `cannot be changed: ${before.name} is always in ${before.unit}`, after.unit));
  }
  if (after.kind !== before.kind) {
    faults.push(fault('kind', `cannot be changed: ${before.name} is always a ${before.kind}`, after.kind));
  }
  if (after.status !== before.status)
    faults.push(fault('status', `cannot be changed: ${before.name} is always active`, after.status));
  return faults;
}

function kindFaults(before: MetricRecord, after: MetricRecord): Fault[] {
  const reason = faultOfKindChange(before.kind, after.kind, after.states);
  return reason === null ? [] : [fault('kind', reason, after.kind)];
}

function stateFaults(before: MetricRecord, after: MetricRecord, patch: MetricPatch): Fault[] {
  if (patch.states === undefined) return [];
  const faults: Fault[] = [];
  if (after.kind !== 'state') faults.push(fault('states', 'can only be given for the kind state'));
  if (before.states.some((name, code) => after.states[code] !== name)) {
    faults.push(fault('states', `must begin with those that it has: ${before.states.join(', ')}`));
  }
  if (new Set(after.states).size < after.states.length)
    faults.push(fault('states', 'must be different from each other'));
  return faults;
}

function rangeFaults(after: MetricRecord, patch: MetricPatch): Fault[] {
  const { min, max, limits, kind } = after;
  if (kind === 'boolean' || kind === 'state') {
    const given = (['unit', 'unit_code', 'display_unit', 'min', 'max'] as const).filter(
      (field) => patch[field] != null,
    );
    const hasLimits = Object.values(patch.limits ?? {}).some((value) => value !== null);
    return [...given, ...(hasLimits ? ['limits'] : [])].map((field) =>
      fault(field, `cannot be given for the kind ${kind}`),
    );
  }
  const faults: Fault[] = [];
  if (min !== null && max !== null && min >= max) faults.push(fault('max', `must be greater than min (${min})`, max));
  return [...faults, ...limitFaults(limits, { min, max })];
}

/** What is wrong with limits that are in force together. `field` is what the faults name. */
export function limitFaults(
  limits: Partial<MetricLimits>,
  { min, max }: { min: number | null; max: number | null },
  field = 'limits',
): Fault[] {
  const faults: Fault[] = [];
  let below: (typeof ASCENDING_LIMITS)[number] | null = null;
  for (const kind of ASCENDING_LIMITS) {
    const value = limits[kind] ?? null;
    if (value === null) continue;
    if (below !== null && value <= (limits[below] as number)) {
      faults.push(fault(`${field}.${kind}`, `must be greater than ${below} (${limits[below]})`, value));
    }
    if (min !== null && value < min) faults.push(fault(`${field}.${kind}`, `must be at least ${min}`, value));
    if (max !== null && value > max) faults.push(fault(`${field}.${kind}`, `must be at most ${max}`, value));
    below = kind;
  }
  return faults;
}

export const fault = (field: string, reason: string, value?: unknown): Fault => ({
  field,
  error: `${field.split('.').at(-1)} ${reason}`,
  ...(value === undefined ? {} : { value }),
});
