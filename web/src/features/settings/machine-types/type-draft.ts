// A machine type while somebody changes it. Every function returns another draft; what a number cannot be read from is NaN.

import {
  ASCENDING_LIMITS,
  type LimitKind,
  type MachineType,
  type MachineTypeInput,
  type MachineTypeMetric,
  type MetricLimits,
} from '@gonsters/contract';

export type TypeDraft = MachineTypeInput;
export type Override = Omit<MachineTypeMetric, 'name'>;
export const STATE_ROLES = ['running', 'idle', 'stopped', 'fault'] as const;
export type StateRole = (typeof STATE_ROLES)[number];

export function typeDraft(type: MachineType): TypeDraft {
  const { name, machines, created_at, updated_at, updated_by, ...definition } = type;
  return definition;
}

/** The item at `from` has the place `to` afterwards. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const others = items.toSpliced(from, 1);
  const item = items[from];
  return item === undefined ? [...items] : others.toSpliced(Math.max(0, Math.min(to, others.length)), 0, item);
}

export const listed = (draft: TypeDraft, name: string): TypeDraft => ({
  ...draft,
  metrics: [...draft.metrics, { name }],
});

/** Without the metric, its overrides, its limits and its places. */
export function unlisted(draft: TypeDraft, name: string): TypeDraft {
  const { [name]: _, ...limits } = draft.limits ?? {};
  return {
    ...draft,
    limits,
    metrics: draft.metrics.filter((metric) => metric.name !== name),
    headline: draft.headline.filter((each) => each !== name),
    charts: draft.charts.filter((each) => each !== name),
    state: draft.state?.metric === name ? null : (draft.state ?? null),
  };
}

/** null takes a field back to the plant's. */
export function overridden(draft: TypeDraft, name: string, change: Override): TypeDraft {
  const metrics = draft.metrics.map((metric) =>
    metric.name === name ? (withoutNull({ ...metric, ...change }) as MachineTypeMetric) : metric,
  );
  return { ...draft, metrics };
}

/** null takes the limit back to the plant's. */
export function limited(draft: TypeDraft, name: string, kind: LimitKind, value: number | null): TypeDraft {
  const { [name]: before = {}, ...others } = draft.limits ?? {};
  const after = withoutNull({ ...before, [kind]: value });
  return { ...draft, limits: Object.keys(after).length === 0 ? others : { ...others, [name]: after } };
}

/** Nothing of the metric differs from the plant's any more; it stays in the list. */
export function withoutOverrides(draft: TypeDraft, name: string): TypeDraft {
  const { [name]: _, ...limits } = draft.limits ?? {};
  return { ...draft, limits, metrics: draft.metrics.map((metric) => (metric.name === name ? { name } : metric)) };
}

/** What the type sets of a metric. */
export function ownFields(draft: TypeDraft, name: string): { fields: Override; limits: Partial<MetricLimits> } {
  const { name: _, ...fields } = draft.metrics.find((metric) => metric.name === name) ?? { name };
  return {
    fields: withoutNull(fields),
    limits: withoutNull(draft.limits?.[name] ?? {}) as Partial<MetricLimits>,
  };
}

/** Another metric has other states: they are assigned anew. */
export const stateMetric = (draft: TypeDraft, metric: string | null): TypeDraft => ({
  ...draft,
  state: metric === null ? null : { metric, running: [], idle: [], stopped: [], fault: [] },
});

/** null: what it means is not said. */
export function roleOf(draft: TypeDraft, value: string): StateRole | null {
  return STATE_ROLES.find((role) => draft.state?.[role].includes(value)) ?? null;
}

export function assigned(draft: TypeDraft, value: string, role: StateRole | null): TypeDraft {
  if (draft.state == null) return draft;
  const state = { ...draft.state };
  for (const each of STATE_ROLES) {
    const others = state[each].filter((name) => name !== value);
    state[each] = each === role ? [...others, value] : others;
  }
  return { ...draft, state };
}

/** How many things differ, each metric one. */
export function countChanges(before: TypeDraft, after: TypeDraft): number {
  const differs = (a: unknown, b: unknown) => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);
  const fields = (['label', 'description', 'headline', 'charts', 'inactivity_timeout', 'state'] as const).filter(
    (field) => differs(before[field], after[field]),
  ).length;
  const names = new Set(
    [before, after].flatMap(({ metrics, limits }) => [...metrics.map(nameOf), ...Object.keys(limits ?? {})]),
  );
  const changed = [...names].filter((name) => differs(partOf(before, name), partOf(after, name))).length;
  const order = (draft: TypeDraft, other: TypeDraft) =>
    draft.metrics.map(nameOf).filter((name) => other.metrics.some((metric) => metric.name === name));
  return fields + changed + (differs(order(before, after), order(after, before)) ? 1 : 0);
}

export function countFaults({ metrics, limits, inactivity_timeout: timeout }: TypeDraft): number {
  const numbers = [
    ...metrics.flatMap(({ decimals, min, max }) => [decimals, min, max]),
    ...Object.values(limits ?? {}).flatMap((of) => ASCENDING_LIMITS.map((kind) => of[kind])),
    timeout,
  ];
  return numbers.filter((value) => Number.isNaN(value)).length;
}

const nameOf = ({ name }: MachineTypeMetric) => name;
const partOf = ({ metrics, limits }: TypeDraft, name: string) => [
  sorted(metrics.find((metric) => metric.name === name)),
  sorted(limits?.[name]),
];
/** The order in which fields were set is no difference, and neither is a field without a value. */
const sorted = (fields: object | undefined) => Object.entries(withoutNull(fields ?? {})).sort();

function withoutNull<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null && value !== '')) as Fields;
}
