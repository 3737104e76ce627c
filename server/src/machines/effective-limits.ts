// The limits in force of a machine: its own have precedence over those of its type, those over the plant-wide ones.

import {
  type EffectiveLimits,
  type Fault,
  LIMIT_KINDS,
  limitSources,
  type MachineLimits,
  METRIC_NAMES,
  type MetricName,
} from '@gonsters/contract';
import { isBuiltIn } from '../metrics/catalogue-memory.ts';
import { type AlertCatalogue, hasLimits, isSilent, type MetricDefinition } from './alert-catalogue.ts';

/** The limits of the metrics that every plant has, and of every other metric that has any. */
export type LimitsByMetric = Readonly<Record<MetricName, EffectiveLimits>> & Readonly<Record<string, EffectiveLimits>>;

/**
 * `limitSources` in the contract says what happens if rules contradict each other. A metric whose values are no amounts has no
 * limits, nor has one that has no alerts.
 */
export function effectiveLimits(
  own: MachineLimits,
  ofSensorType: MachineLimits,
  plantWide: MachineLimits,
  catalogue: Pick<AlertCatalogue, 'get'>,
): LimitsByMetric {
  const names = new Set([...METRIC_NAMES, ...[own, ofSensorType, plantWide].flatMap((rules) => Object.keys(rules))]);
  const inForce: Record<string, EffectiveLimits> = {};
  for (const name of names) {
    const metric = catalogue.get(name);
    if (metric === undefined || !hasLimits(metric) || isSilent(metric)) continue;
    const { low_low, low, high, high_high } = limitSources(
      [own[name], ofSensorType[name], plantWide[name]],
      isBuiltIn(name),
    );
    inForce[name] = {
      low_low: low_low?.value ?? null,
      low: low?.value ?? null,
      high: high?.value ?? null,
      high_high: high_high?.value ?? null,
    };
  }
  return inForce as LimitsByMetric;
}

/** The plant-wide limits, as a rule. */
export function plantLimits(catalogue: AlertCatalogue): MachineLimits {
  return overridesOf(Object.fromEntries(Array.from(catalogue.all(), ({ name, limits }) => [name, limits])));
}

/** `limits` without those that are null, and without metrics that have no limit left. The metrics of every plant come first. */
export function overridesOf(limits: MachineLimits): MachineLimits {
  const overrides: MachineLimits = {};
  for (const metric of new Set([...METRIC_NAMES, ...Object.keys(limits)])) {
    const given = limits[metric];
    const set = LIMIT_KINDS.filter((kind) => given?.[kind] != null).map((kind) => [kind, given?.[kind]]);
    if (set.length > 0) overrides[metric] = Object.fromEntries(set);
  }
  return overrides;
}

/** What is wrong with limits that somebody sets: each metric must be known, have limits, and plausible ones. */
export function limitFaults(limits: MachineLimits, catalogue: AlertCatalogue): Fault[] {
  return Object.entries(limits).flatMap(([name, given]) => {
    const metric = catalogue.get(name);
    if (metric === undefined) return [{ field: name, error: `${name} is not a metric of the catalogue` }];
    if (!hasLimits(metric)) return [{ field: name, error: `${name} has no limits, because it is a ${metric.kind}` }];
    return LIMIT_KINDS.flatMap((kind) => {
      const value = given?.[kind] ?? null;
      const bound = value === null ? null : brokenBound(value, metric);
      return bound === null ? [] : [{ field: `${name}.${kind}`, error: `${kind} must be ${bound}`, value }];
    });
  });
}

function brokenBound(value: number, { min, max }: MetricDefinition): string | null {
  if (min !== null && value < min) return `at least ${min}`;
  return max !== null && value > max ? `at most ${max}` : null;
}
