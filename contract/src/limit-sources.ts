// Which rule sets each limit of a metric: the machine before its sensor type, that before the plant.

import type { LimitKind } from './alert-terms.ts';

/** The limits of one metric as one rule sets them. */
export type LimitRule = { readonly [kind in LimitKind]?: number | null | undefined };

export interface LimitSource {
  readonly value: number;
  /** Place in the list of rules; `high` for a high-high that follows from high. */
  readonly rule: number | 'high';
}
export type LimitSources = Record<LimitKind, LimitSource | null>;

/** From bottom to top. */
export const ASCENDING_LIMITS = ['low_low', 'low', 'high', 'high_high'] as const satisfies readonly LimitKind[];
/** Past high by this share of it is high-high where nobody set one. */
const HIGH_HIGH_ABOVE_HIGH = 0.1;
const SIGNIFICANT_DIGITS = 12;

/**
 * Limit by limit the first of `rules`, most specific first, that sets it. A wider rule's limit that contradicts a more
 * specific one (a plant-wide high below the machine's own low, say) is left out. Without a high-high there is one 10 %
 * above high.
 */
export function limitSources(rules: readonly (LimitRule | undefined)[]): LimitSources {
  const sources: LimitSources = { low_low: null, low: null, high: null, high_high: null };
  for (const [rule, limits] of rules.entries()) {
    for (const kind of ASCENDING_LIMITS) {
      const value = limits?.[kind] ?? null;
      if (value !== null && sources[kind] === null && fits(sources, kind, value)) sources[kind] = { value, rule };
    }
  }
  const highHigh = highHighOf(sources.high?.value ?? null);
  if (sources.high_high === null && highHigh !== null) sources.high_high = { value: highHigh, rule: 'high' };
  return sources;
}

/** high × 1.1; below zero, where that would lie under it, high × 0.9; none above zero itself. */
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
