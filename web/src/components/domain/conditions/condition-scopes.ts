// Which machines a condition is about, for choices and sentences.

import type { Condition, ConditionScope } from '@gonsters/contract';

/** The machine or type that a screen is about; null where it is about the whole plant. */
interface ScopeContext {
  machineId: string | null;
  machineName: string;
  sensorType: string | null;
}

export interface ConditionContext extends ScopeContext {
  /** Only conditions about this metric; null for all. */
  metric: string | null;
}

/** From the most specific to the most general. */
export function scopesOf({ machineId, sensorType }: ScopeContext): ConditionScope[] {
  return [
    ...(machineId === null ? [] : [{ level: 'machine' as const, machine_id: machineId }]),
    ...(sensorType === null ? [] : [{ level: 'type' as const, sensor_type: sensorType }]),
    { level: 'plant' as const },
  ];
}

export function sameScope(a: ConditionScope, b: ConditionScope): boolean {
  if (a.level === 'machine') return b.level === 'machine' && a.machine_id === b.machine_id;
  if (a.level === 'type') return b.level === 'type' && a.sensor_type.toLowerCase() === b.sensor_type.toLowerCase();
  return b.level === 'plant';
}

/** Of one kind and metric there is one condition at most for each scope. */
export const conditionAt = (
  conditions: readonly Condition[],
  kind: Condition['kind'],
  metric: string | null,
  scope: ConditionScope,
): Condition | null =>
  conditions.find((each) => each.kind === kind && each.metric === metric && sameScope(each.scope, scope)) ?? null;

/** Whether a condition concerns what the screen is about: of a machine also those of its type and of the plant. */
export function isOfContext(condition: Condition, context: ConditionContext): boolean {
  if (context.metric !== null && condition.metric !== context.metric) return false;
  if (context.machineId === null && context.sensorType === null) return true;
  return scopesOf(context).some((scope) => sameScope(scope, condition.scope));
}
