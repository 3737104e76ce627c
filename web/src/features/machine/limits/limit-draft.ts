// Limits while a user edits them: what each text means, its faults, and the limits that would be in force.

import {
  ASCENDING_LIMITS,
  type LimitKind,
  type LimitRule,
  type LimitSources,
  limitSources,
  type MachineLimits,
} from '@gonsters/contract';

/** Typed texts by `metric.kind`, as the server names the fields; a field that was not edited is not included. */
export type LimitEdits = Readonly<Record<string, string>>;
/** In the unit that is stored. null for an empty text, NaN for what is no number. */
export type Parse = (text: string, metric: string) => number | null;

/** A metric that has limits. `min` and `max` are its plausible values on this machine. */
export interface LimitedMetric {
  readonly name: string;
  readonly min: number | null;
  readonly max: number | null;
  /** Whether it has a high-high above its high where nobody has set one. */
  readonly derivesHighHigh: boolean;
}

export type LimitFault =
  | { fault: 'number' }
  | { fault: 'range'; min: number | null; max: number | null }
  | { fault: 'above' | 'below'; than: LimitKind; value: number }
  | { fault: 'server'; text: string };
/** By field. */
export type LimitFaults = Readonly<Record<string, LimitFault>>;

export const metricOf = (field: string): string => field.split('.')[0] as string;
export const fieldOf = (metric: string, kind: LimitKind) => `${metric}.${kind}`;

/** Saved limits of their own with the edits over them; NaN for what is no number. */
export function draftOf(own: MachineLimits, edits: LimitEdits, metric: string, parse: Parse): LimitRule {
  return Object.fromEntries(
    ASCENDING_LIMITS.map((kind) => {
      const text = edits[fieldOf(metric, kind)];
      return [kind, text === undefined ? (own[metric]?.[kind] ?? null) : parse(text, metric)];
    }),
  );
}

/** In force if the draft were saved. `wider` are the other rules, most specific first; the draft has place 0. */
export function draftSources(draft: LimitRule, wider: readonly MachineLimits[], metric: LimitedMetric): LimitSources {
  const valid = Object.fromEntries(
    ASCENDING_LIMITS.map((kind) => [kind, Number.isNaN(draft[kind]) ? null : draft[kind]]),
  );
  return limitSources([valid, ...wider.map((limits) => limits[metric.name])], metric.derivesHighHigh);
}

/**
 * Faults of the limits of one metric. A draft must also ascend together with the wider limits: the server would leave
 * out a wider one that contradicts, and the user would not notice that a limit is gone.
 */
export function draftFaults(
  draft: LimitRule,
  wider: readonly MachineLimits[],
  metric: LimitedMetric,
): Partial<Record<LimitKind, LimitFault>> {
  const faults: Partial<Record<LimitKind, LimitFault>> = {};
  const { min, max } = metric;
  const inherited = limitSources(
    wider.map((limits) => limits[metric.name]),
    metric.derivesHighHigh,
  );
  const inForce = (kind: LimitKind) => {
    const set = inherited[kind];
    return draft[kind] ?? (set === null || set.rule === 'high' ? null : set.value);
  };
  for (const [place, kind] of ASCENDING_LIMITS.entries()) {
    const value = draft[kind] ?? null;
    if (value === null) continue;
    if (Number.isNaN(value)) {
      faults[kind] = { fault: 'number' };
      continue;
    }
    if ((min !== null && value < min) || (max !== null && value > max)) {
      faults[kind] = { fault: 'range', min, max };
      continue;
    }
    for (const [otherPlace, other] of ASCENDING_LIMITS.entries()) {
      const limit = inForce(other);
      if (limit === null || Number.isNaN(limit) || otherPlace === place) continue;
      const below = otherPlace < place;
      if (below ? limit < value : limit > value) continue;
      // Of two limits of its own the upper one is named, as the server does.
      if (!below && draft[other] != null) continue;
      faults[kind] = { fault: below ? 'above' : 'below', than: other, value: limit };
      break;
    }
  }
  return faults;
}

/** What to send: all limits of its own, the edits applied. */
export function mergedLimits(own: MachineLimits, edits: LimitEdits, parse: Parse): MachineLimits {
  const limits: MachineLimits = { ...own };
  for (const name of new Set(Object.keys(edits).map((field) => metricOf(field)))) {
    delete limits[name];
    const draft = draftOf(own, edits, name, parse);
    const set = ASCENDING_LIMITS.flatMap((kind) => (draft[kind] == null ? [] : [[kind, draft[kind]] as const]));
    if (set.length > 0) limits[name] = Object.fromEntries(set);
  }
  return limits;
}

/** Edits that change nothing are none. */
export function withEdit(own: MachineLimits, edits: LimitEdits, field: string, text: string, parse: Parse): LimitEdits {
  const [metric, kind] = field.split('.') as [string, LimitKind];
  const { [field]: _, ...others } = edits;
  return parse(text, metric) === (own[metric]?.[kind] ?? null) ? others : { ...others, [field]: text };
}
