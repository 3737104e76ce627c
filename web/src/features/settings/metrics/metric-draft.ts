// A metric while somebody describes it: what each text means, its faults, and the change that it makes.

import {
  ASCENDING_LIMITS,
  isReservedMetricName,
  type LimitKind,
  limitSources,
  METRIC_NAME,
  METRICS,
  type MetricDefinition,
  type MetricInput,
  type MetricKind,
  type MetricPatch,
  understandUnit,
  unitOf,
} from '@gonsters/contract';
import { numberInput, parseNumber } from '../../../i18n/parse-number.ts';
import type { Language } from '../../../i18n/text.ts';

/** Texts as typed. `display_unit` is a code of UCUM, empty for the stored unit. */
export interface MetricDraft extends Record<LimitKind, string> {
  name: string;
  label: string;
  unit: string;
  display_unit: string;
  kind: MetricKind;
  decimals: string;
  min: string;
  max: string;
  group: string;
  description: string;
  /** What devices call it, one a line. */
  aliases: string;
  /** Values to be added to a state, one a line. Those that it has stay, in their order: stored values refer to them. */
  states: string;
}
type Field = keyof MetricDraft;

export type MetricFault = 'required' | 'number' | 'decimals' | 'name' | 'reserved' | 'above_min' | 'above_limit';
export type MetricFaults = Partial<Record<Field, MetricFault>>;

const NUMBERS = ['min', 'max', ...ASCENDING_LIMITS] as const;
const MAX_DECIMALS = 10;

export const isNumeric = (kind: MetricKind): boolean => kind === 'gauge' || kind === 'counter';

export const NEW_METRIC: MetricDraft = {
  ...{ name: '', label: '', unit: '', display_unit: '', kind: 'gauge', decimals: '', min: '', max: '' },
  ...{ group: '', description: '', aliases: '', states: '', low_low: '', low: '', high: '', high_high: '' },
};

export function metricDraft(metric: MetricDefinition, language: Language): MetricDraft {
  const number = (value: number | null) => numberInput(value, language);
  return {
    name: metric.name,
    label: metric.label,
    unit: metric.unit ?? '',
    display_unit: metric.display_unit ?? '',
    kind: metric.kind,
    decimals: String(metric.decimals),
    min: number(metric.min),
    max: number(metric.max),
    group: metric.group ?? '',
    description: metric.description ?? '',
    aliases: metric.aliases.join('\n'),
    states: '',
    low_low: number(metric.limits.low_low),
    low: number(metric.limits.low),
    high: number(metric.limits.high),
    high_high: number(metric.limits.high_high),
  };
}

export function metricFaults(draft: MetricDraft, language: Language, isNew: boolean): MetricFaults {
  const faults: MetricFaults = {};
  if (isNew && !METRIC_NAME.test(draft.name.trim())) faults.name = 'name';
  else if (isNew && isReservedMetricName(draft.name.trim())) faults.name = 'reserved';
  if (!isNew && draft.label.trim() === '') faults.label = 'required';
  if (!isNumeric(draft.kind)) return faults;
  const decimals = parseNumber(draft.decimals, language) ?? 0;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) faults.decimals = 'decimals';
  const values = Object.fromEntries(NUMBERS.map((field) => [field, parseNumber(draft[field], language)]));
  for (const field of NUMBERS) if (Number.isNaN(values[field])) faults[field] = 'number';
  const { min, max } = values;
  if (min != null && max != null && min >= max) faults.max = 'above_min';
  const set = ASCENDING_LIMITS.filter((kind) => values[kind] != null);
  for (let at = 1; at < set.length; at++) {
    const [below, above] = [set[at - 1] as LimitKind, set[at] as LimitKind];
    if ((values[below] as number) >= (values[above] as number)) faults[above] = 'above_limit';
  }
  return faults;
}

/** What differs from the metric; null where nothing does. The draft has no faults. */
export function metricPatch(before: MetricDefinition, draft: MetricDraft, language: Language): MetricPatch | null {
  const was = metricDraft(before, language);
  const changed = (field: Field) => draft[field].trim() !== was[field];
  const text = (field: Field) => draft[field].trim() || null;
  const number = (field: Field) => parseNumber(draft[field], language);
  const numeric = isNumeric(draft.kind);
  const limits = ASCENDING_LIMITS.filter((kind) => numeric && changed(kind));
  const known = before.states ?? [];
  const added = draft.kind === 'state' ? linesOf(draft.states).filter((state) => !known.includes(state)) : [];
  const patch: MetricPatch = {
    ...(changed('label') && { label: draft.label.trim() }),
    ...(changed('group') && { group: text('group') }),
    ...(changed('description') && { description: text('description') }),
    ...(changed('aliases') && { aliases: linesOf(draft.aliases) }),
    ...(draft.kind !== before.kind && { kind: draft.kind }),
    ...(added.length > 0 && { states: [...known, ...added] }),
    ...(numeric && changed('unit') && { unit: text('unit') }),
    ...(numeric && changed('display_unit') && { display_unit: text('display_unit') }),
    ...(numeric && changed('decimals') && { decimals: number('decimals') ?? 0 }),
    ...(numeric && changed('min') && { min: number('min') }),
    ...(numeric && changed('max') && { max: number('max') }),
    ...(limits.length > 0 && { limits: Object.fromEntries(limits.map((kind) => [kind, number(kind)])) }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}

/** The high-high limit that a built-in metric has where none is given; null for none. */
export function derivedHighHigh(draft: Pick<MetricDraft, 'name' | 'high'>, language: Language): number | null {
  const high = parseNumber(draft.high, language);
  if (high === null || Number.isNaN(high)) return null;
  const isBuiltIn = METRICS.some(({ name }) => name === draft.name);
  return limitSources([{ high }], isBuiltIn).high_high?.value ?? null;
}

/** The draft has no faults. */
export function newMetric(draft: MetricDraft, language: Language): MetricInput {
  const numeric = isNumeric(draft.kind);
  const number = (field: Field) => parseNumber(draft[field], language);
  const limits = Object.fromEntries(
    ASCENDING_LIMITS.flatMap((kind) => (numeric && number(kind) !== null ? [[kind, number(kind)]] : [])),
  );
  const given = {
    label: draft.label.trim(),
    group: draft.group.trim(),
    description: draft.description.trim(),
    ...(numeric && { unit: draft.unit.trim(), display_unit: draft.display_unit }),
    ...(numeric && { decimals: number('decimals'), min: number('min'), max: number('max') }),
  };
  const [aliases, states] = [linesOf(draft.aliases), linesOf(draft.states)];
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    ...(aliases.length > 0 && { aliases }),
    ...(draft.kind === 'state' && states.length > 0 && { states }),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '' && value !== null)),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** Each line that is not empty, once. */
const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

/** What a person calls something, as a name: `Oil level, tank 2` is `oil_level_tank_2`. */
export function nameOf(label: string): string {
  const plain = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
  return plain.slice(0, 63).replace(/_+$/, '');
}

/** The units in which values of this unit can be shown; none for a unit that is not understood. */
export function quantityOfUnit(text: string, before: MetricDefinition | null) {
  const known = unitOf(before?.unit === text.trim() ? (before.unit_code ?? '') : '');
  const former = unitOf(before?.unit_code ?? '')?.quantity ?? null;
  return (known ?? understandUnit(text, former) ?? understandUnit(text, null))?.quantity ?? null;
}
