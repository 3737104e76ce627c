// Decides which rule sets each limit of a metric: the machine has precedence over its sensor type, that over the plant.

import type { LimitKind } from './alert-terms.ts';

/** The limits of one metric that one rule sets. */
export type LimitRule = { readonly [kind in LimitKind]?: number | null | undefined };

export interface LimitSource {
  readonly value: number;
  /** Index in the list of rules; `high` for a high-high that is derived from high. */
  readonly rule: number | 'high';
}
export type LimitSources = Record<LimitKind, LimitSource | null>;

/** In ascending order. */
export const ASCENDING_LIMITS = ['low_low', 'low', 'high', 'high_high'] as const satisfies readonly LimitKind[];
/** Without a high-high limit, it is this share of high above high. */
const HIGH_HIGH_ABOVE_HIGH = 0.1;
const SIGNIFICANT_DIGITS = 12;

/**
 * For each limit, the first of `rules` that sets it; the most specific rule comes first. A limit of a more general rule that
 * contradicts a more specific one is ignored, such as a plant-wide high below the low of the machine. Without a high-high
 * limit it is 10 % above high, unless `derivesHighHigh` is false.
 */
export function limitSources(rules: readonly (LimitRule | undefined)[], derivesHighHigh = true): LimitSources {
  const sources: LimitSources = { low_low: null, low: null, high: null, high_high: null };
  for (const [rule, limits] of rules.entries()) {
    for (const kind of ASCENDING_LIMITS) {
      const value = limits?.[kind] ?? null;
      if (value !== null && sources[kind] === null && fits(sources, kind, value)) sources[kind] = { value, rule };
    }
  }
  const highHigh = derivesHighHigh ? highHighOf(sources.high?.value ?? null) : null;
  if (sources.high_high === null && highHigh !== null) sources.high_high = { value: highHigh, rule: 'high' };
  return sources;
}

/** high × 1.1, for a negative high × 0.9; null if high is null or 0. */
function highHighOf(high: number | null): number | null {
  if (high === null) return null;
  const highHigh = Number((high + Math.abs(high) * HIGH_HIGH_ABOVE_HIGH).toPrecision(SIGNIFICANT_DIGITS));
  return highHigh > high ? highHigh : null;
}

function fits(sources: LimitSources, kind: (typeof ASCENDING_LIMITS)[number], value: number): boolean {
  const place = ASCENDING_LIMITS.indexOf(kind);
  return ASCENDING_LIMITS.every((other, at) => {
    const set = sources[other]?.value ?? null;
    return set === null || at === place || (at < place ? set < value : set > value);
  });
}
