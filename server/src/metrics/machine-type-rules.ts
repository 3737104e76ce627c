// What a machine type, and the overrides of a machine, may contain.

import type { Fault, MachineOverrides, MachineTypeInput, MetricLimitsPatch } from '@gonsters/contract';
import { targetsOf } from './catalogue-memory.ts';
import { fault, limitFaults } from './metric-record.ts';
import type { MetricRecord } from './metric-repository.ts';

/** Every fault of the type; `metrics` are those that are stored. */
export function typeFaults(type: MachineTypeInput, metrics: readonly MetricRecord[]): Fault[] {
  const known = knownMetrics(metrics);
  const named = (field: string, name: string) =>
    known.has(name) ? [] : [fault(field, 'is not the name of a metric', name)];
  return [
    ...overrideFaults(type.metrics, metrics),
    ...type.headline.flatMap((name, i) => named(`headline[${i}]`, name)),
    ...type.charts.flatMap((name, i) => named(`charts[${i}]`, name)),
    ...repeated(type.headline, 'headline'),
    ...repeated(type.charts, 'charts'),
    ...Object.entries(type.limits ?? {}).flatMap(([name, limits]) => typeLimitFaults(name, limits, known.get(name))),
    ...(type.state == null ? [] : stateFaults(type.state, known.get(type.state.metric))),
  ];
}

export function overrideFaults(overrides: MachineOverrides['metrics'], metrics: readonly MetricRecord[]): Fault[] {
  const known = knownMetrics(metrics);
  return [
    ...overrides.flatMap((each, i) => {
      const metric = known.get(each.name);
      if (metric === undefined) return [fault(`metrics[${i}].name`, 'is not the name of a metric', each.name)];
      const isNumeric = metric.kind === 'gauge' || metric.kind === 'counter';
      if (!isNumeric && (each.min != null || each.max != null)) {
        return [fault(`metrics[${i}].min`, `cannot be given for the kind ${metric.kind}`, each.min ?? each.max)];
      }
      const [min, max] = [each.min ?? metric.min, each.max ?? metric.max];
      return min !== null && max !== null && min >= max
        ? [fault(`metrics[${i}].max`, `must be greater than min (${min})`, max)]
        : [];
    }),
    ...repeated(
      overrides.map(({ name }) => name),
      'metrics',
    ),
  ];
}

function typeLimitFaults(name: string, limits: MetricLimitsPatch, metric: MetricRecord | undefined): Fault[] {
  const field = `limits.${name}`;
  if (metric === undefined) return [fault(field, 'is not the name of a metric', name)];
  if (metric.kind === 'state' || metric.kind === 'boolean') {
    return [fault(field, `cannot be given for the kind ${metric.kind}`)];
  }
  return limitFaults(withoutUndefined(limits), { min: null, max: null }, field);
}

function stateFaults(state: NonNullable<MachineTypeInput['state']>, metric: MetricRecord | undefined): Fault[] {
  if (metric === undefined) return [fault('state.metric', 'is not the name of a metric', state.metric)];
  if (metric.kind !== 'state' && metric.kind !== 'boolean') {
    return [fault('state.metric', 'must be of the kind state or boolean', state.metric)];
  }
  return repeated([...state.running, ...state.idle, ...state.stopped, ...state.fault], 'state');
}

function repeated(names: readonly string[], field: string): Fault[] {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  return twice === undefined ? [] : [fault(field, `must not name ${twice} twice`, twice)];
}

/** By name; one that was merged into another is not there. */
function knownMetrics(metrics: readonly MetricRecord[]): Map<string, MetricRecord> {
  const targets = targetsOf(metrics);
  return new Map(metrics.filter(({ name }) => targets.get(name) === name).map((metric) => [metric.name, metric]));
}

/** Only the limits that are set. */
export const withoutUndefined = (limits: MetricLimitsPatch): Record<string, number> =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value != null)) as Record<string, number>;
