// What a rule overrides: only the limits that have a value.

import { LIMIT_KINDS, type MachineLimits, METRIC_NAMES } from '@gonsters/contract';

/** Without limits that are null, and without metrics that have no limit left. */
export function overridesOf(limits: MachineLimits): MachineLimits {
  const overrides: MachineLimits = {};
  for (const metric of METRIC_NAMES) {
    const of = limits[metric];
    const set = LIMIT_KINDS.filter((kind) => of?.[kind] != null).map((kind) => [kind, of?.[kind]]);
    if (set.length > 0) overrides[metric] = Object.fromEntries(set);
  }
  return overrides;
}
