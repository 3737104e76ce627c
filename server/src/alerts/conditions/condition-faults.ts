// What is wrong with a condition that somebody sets: each kind has its own parameters, and fits some kinds of metrics.

import type { Condition, ConditionKind, Fault, MetricKind } from '@gonsters/contract';
import type { AlertCatalogue } from '../../machines/alert-catalogue.ts';

/** Fields that only some kinds have. */
const PARTICULAR = [
  'units_per_minute',
  'window_seconds',
  'direction',
  'duration_seconds',
  'epsilon',
  'values',
  'on_delay_seconds',
  'off_delay_seconds',
  'deadband',
  'only_while',
] as const satisfies readonly (keyof Condition)[];
type Particular = (typeof PARTICULAR)[number];

const DELAYS = ['on_delay_seconds', 'off_delay_seconds', 'only_while'] as const;
interface KindOfCondition {
  /** null: it is about no metric. */
  readonly metrics: readonly MetricKind[] | null;
  readonly required: readonly Particular[];
  readonly optional: readonly Particular[];
}
const KINDS: Record<ConditionKind, KindOfCondition> = {
  level: { metrics: ['gauge', 'counter'], required: [], optional: [...DELAYS, 'deadband'] },
  rate_of_change: {
    metrics: ['gauge'],
    required: ['units_per_minute', 'window_seconds'],
    optional: ['direction', ...DELAYS, 'deadband'],
  },
  stuck: { metrics: ['gauge'], required: ['duration_seconds'], optional: ['epsilon', ...DELAYS] },
  state: { metrics: ['state', 'boolean'], required: ['values'], optional: ['duration_seconds', ...DELAYS] },
  no_count: { metrics: ['counter'], required: ['duration_seconds'], optional: DELAYS },
  bad_quality: {
    metrics: ['gauge', 'counter', 'boolean', 'state'],
    required: [],
    optional: ['on_delay_seconds', 'only_while'],
  },
  connection: { metrics: null, required: [], optional: [] },
};
const BOOLEANS = ['true', 'false'];

export function conditionFaults(condition: Condition, catalogue: Pick<AlertCatalogue, 'get'>): Fault[] {
  const { kind, metric, severity } = condition;
  const { metrics, required, optional } = KINDS[kind];
  const faults: Fault[] = [];
  const add = (field: string, error: string, value?: unknown) =>
    faults.push({ field, error, ...(value !== undefined && { value }) });

  for (const field of PARTICULAR) {
    const value = condition[field];
    if (required.includes(field) ? value === null : value !== null && !optional.includes(field)) {
      add(
        field,
        value === null ? `is required for the kind ${kind}` : `The kind ${kind} has no ${field}`,
        value ?? undefined,
      );
    }
  }
  if ((kind === 'stuck' || kind === 'no_count') && condition.duration_seconds === 0)
    add('duration_seconds', 'must be greater than 0', 0);
  if (kind === 'level' && severity !== null) add('severity', 'The kind level has the severity of the limit', severity);
  if (metrics === null) {
    if (metric !== null) add('metric', `The kind ${kind} is about no metric`, metric);
    return faults;
  }
  if (metric === null) add('metric', `is required for the kind ${kind}`);
  else {
    const definition = catalogue.get(metric);
    if (definition === undefined) add('metric', `${metric} is not a metric of the catalogue`, metric);
    else if (!metrics.includes(definition.kind)) {
      add('metric', `${metric} is a ${definition.kind}; the kind ${kind} needs a ${metrics.join(' or ')}`, metric);
    } else if (definition.kind === 'boolean') refuseOther('values', condition.values, add);
  }
  refuseGate(condition, catalogue, add);
  return faults;
}

type Add = (field: string, error: string, value?: unknown) => void;

function refuseGate({ only_while: gate }: Condition, catalogue: Pick<AlertCatalogue, 'get'>, add: Add): void {
  if (gate === null) return;
  const field = 'only_while.metric';
  const kind = catalogue.get(gate.metric)?.kind;
  if (kind === undefined) add(field, `${gate.metric} is not a metric of the catalogue`, gate.metric);
  else if (kind === 'boolean') refuseOther('only_while.values', gate.values, add);
  else if (kind !== 'state') add(field, `${gate.metric} is a ${kind}; a state or a boolean is needed`, gate.metric);
}

function refuseOther(field: string, values: readonly string[] | null, add: Add): void {
  const other = values?.find((value) => !BOOLEANS.includes(value));
  if (other !== undefined) add(field, 'must be true or false, because the metric is a boolean', other);
}
