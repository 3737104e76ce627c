// The conditions in force of a machine: for each kind and metric, its own has precedence over that of its type, that over the
// plant-wide one.

import type { Condition } from '@gonsters/contract';

/** What a condition of the kind `level` may leave to a more general one. */
const INHERITED = [
  'on_delay_seconds',
  'off_delay_seconds',
  'deadband',
  'only_while',
  'cause',
  'consequence',
  'response',
  'time_to_respond_seconds',
] as const satisfies readonly (keyof Condition)[];

/** @param general by precedence: those of the machine, of its type, of the plant */
export function effectiveConditions(general: readonly (readonly Condition[])[]): Condition[] {
  const found = new Map<string, Condition>();
  for (const condition of general.flat()) {
    const key = `${condition.kind} ${condition.metric}`;
    const known = found.get(key);
    if (condition.kind !== 'level') {
      if (known === undefined) found.set(key, condition);
    } else if (condition.is_active) found.set(key, known === undefined ? condition : inherited(known, condition));
  }
  return [...found.values()];
}

/** The condition with what it leaves to the more general one. */
function inherited(condition: Condition, more: Condition): Condition {
  const left = INHERITED.filter((field) => condition[field] === null).map((field) => [field, more[field]]);
  return { ...condition, ...Object.fromEntries(left) };
}
