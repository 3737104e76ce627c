// A condition while it is edited. Numbers are in the stored unit; NaN for what is no number.

import type { Condition, ConditionInput, ConditionKind, ConditionScope, OnlyWhile, Severity } from '@gonsters/contract';
import { type Rationale, rationaleOf, rationaleWritten } from './rationale-fields.tsx';

/** Kinds that are edited here; the limits have a form of their own. */
export const EDITED_KINDS = [
  'rate_of_change',
  'stuck',
  'state',
  'no_count',
  'bad_quality',
  'connection',
] as const satisfies readonly ConditionKind[];
export type EditedKind = (typeof EDITED_KINDS)[number];

export interface ConditionDraft extends Rationale {
  kind: EditedKind;
  metric: string | null;
  scope: ConditionScope;
  severity: Severity;
  isActive: boolean;
  rate: number | null;
  window: number | null;
  direction: 'rise' | 'fall' | 'either';
  duration: number | null;
  epsilon: number | null;
  values: readonly string[];
  onDelay: number | null;
  offDelay: number | null;
  deadband: number | null;
  onlyWhile: OnlyWhile | null;
}

const NOTHING_WRITTEN = { response: null, cause: null, consequence: null, time_to_respond_seconds: null };

export const newDraft = (kind: EditedKind, metric: string | null, scope: ConditionScope): ConditionDraft => ({
  ...rationaleOf(NOTHING_WRITTEN),
  ...{ kind, metric, scope, severity: 'warning', isActive: true },
  ...{ rate: null, window: 60, direction: 'either', duration: kind === 'state' ? 0 : 600, epsilon: 0, values: [] },
  ...{ onDelay: null, offDelay: null, deadband: null, onlyWhile: null },
});

export const draftOf = (condition: Condition): ConditionDraft => ({
  ...rationaleOf(condition),
  kind: condition.kind as EditedKind,
  metric: condition.metric,
  scope: condition.scope,
  severity: condition.severity ?? 'warning',
  isActive: condition.is_active,
  rate: condition.units_per_minute,
  window: condition.window_seconds,
  direction: condition.direction ?? 'either',
  duration: condition.duration_seconds,
  epsilon: condition.epsilon,
  values: condition.values ?? [],
  onDelay: condition.on_delay_seconds,
  offDelay: condition.off_delay_seconds,
  deadband: condition.deadband,
  onlyWhile: condition.only_while,
});

export type DraftField =
  | 'metric'
  | 'rate'
  | 'window'
  | 'duration'
  | 'epsilon'
  | 'values'
  | 'onDelay'
  | 'offDelay'
  | 'deadband';
export type DraftFault = 'number' | 'positive' | 'values' | 'metric';

export function draftFaults(draft: ConditionDraft): Partial<Record<DraftField, DraftFault>> {
  const faults: Partial<Record<DraftField, DraftFault>> = {};
  const { kind } = draft;
  const positive = (field: 'rate' | 'window' | 'duration') => {
    const value = draft[field];
    if (value === null || Number.isNaN(value)) faults[field] = 'number';
    else if (value <= 0) faults[field] = 'positive';
  };
  if (kind !== 'connection' && draft.metric === null) faults.metric = 'metric';
  if (kind === 'rate_of_change') {
    positive('rate');
    positive('window');
  }
  if (kind === 'stuck' || kind === 'no_count') positive('duration');
  if (kind === 'state') {
    if (draft.values.length === 0) faults.values = 'values';
    if (Number.isNaN(draft.duration)) faults.duration = 'number';
  }
  for (const field of ['epsilon', 'onDelay', 'offDelay', 'deadband'] as const) {
    if (Number.isNaN(draft[field])) faults[field] = 'number';
  }
  return faults;
}

/** What the server is told: fields that the kind does not have are left out. The draft has no faults. */
export function conditionInput(draft: ConditionDraft): ConditionInput {
  const { kind } = draft;
  return {
    kind,
    scope: draft.scope,
    metric: kind === 'connection' ? null : draft.metric,
    is_active: draft.isActive,
    severity: draft.severity,
    ...(kind === 'rate_of_change'
      ? { units_per_minute: draft.rate, window_seconds: draft.window, direction: draft.direction }
      : {}),
    ...(kind === 'stuck' ? { duration_seconds: draft.duration, epsilon: draft.epsilon ?? 0 } : {}),
    ...(kind === 'state' ? { values: [...draft.values], duration_seconds: draft.duration ?? 0 } : {}),
    ...(kind === 'no_count' ? { duration_seconds: draft.duration } : {}),
    ...(kind === 'connection' ? {} : { on_delay_seconds: draft.onDelay, off_delay_seconds: draft.offDelay }),
    ...(kind === 'rate_of_change' ? { deadband: draft.deadband } : {}),
    ...(kind === 'connection' ? {} : { only_while: draft.onlyWhile }),
    ...rationaleWritten(draft),
  };
}

/** Kinds of metrics that a condition can be about. */
export function fitsKind(kind: EditedKind, metric: { kind: string }): boolean {
  switch (kind) {
    case 'rate_of_change':
      return metric.kind === 'gauge' || metric.kind === 'counter';
    case 'stuck':
      return metric.kind === 'gauge';
    case 'state':
      return metric.kind === 'state' || metric.kind === 'boolean';
    case 'no_count':
      return metric.kind === 'counter';
    case 'bad_quality':
      return true;
    case 'connection':
      return false;
  }
}
