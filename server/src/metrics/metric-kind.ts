// The kind of a metric: guessed from the first value, and changed by people.

import { MAX_STATE_LENGTH, type MetricKind } from '@gonsters/contract';

/** Texts that mean false and true. A state that begins with one of a pair gets both, false first, so that it can be made a boolean. */
const BOOLEAN_WORDS: readonly (readonly [no: string, yes: string])[] = [
  ['off', 'on'],
  ['false', 'true'],
  ['no', 'yes'],
  ['closed', 'open'],
  ['inactive', 'active'],
  ['disabled', 'enabled'],
];

/** @returns null for a value that no metric holds: an object, a list, null, or a long text */
export function guessKind(value: unknown): MetricKind | null {
  if (typeof value === 'number') return 'gauge';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' && asStateName(value) !== null ? 'state' : null;
}

/** The text as the name of a state; null for one that is empty or too long. */
export function asStateName(text: string): string | null {
  const name = text.trim();
  return name === '' || name.length > MAX_STATE_LENGTH ? null : name;
}

/** The states of a new list whose first text is `name`: both of a pair such as off and on, in the case in which it is written. */
export function firstStates(name: string): string[] {
  const lower = name.toLowerCase();
  const pair = BOOLEAN_WORDS.find((words) => words.some((word) => word === lower));
  if (pair === undefined) return [name];
  return pair.map((word) => {
    if (word === lower) return name;
    if (name === name.toUpperCase()) return word.toUpperCase();
    return name.charAt(0) === name.charAt(0).toUpperCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
  });
}

/** Whether the two states are a pair of which code 0 means false and code 1 true. */
function areBooleanStates(states: readonly string[]): boolean {
  const [no, yes] = states;
  return (
    states.length === 2 && BOOLEAN_WORDS.some((pair) => pair[0] === no?.toLowerCase() && pair[1] === yes?.toLowerCase())
  );
}

/**
 * Why the kind of a metric cannot be changed; null if it can. Stored values stay as they are: a number, 0 or 1 for a boolean,
 * the code for a state.
 *
 * @param states those of the metric after the change
 */
export function faultOfKindChange(from: MetricKind, to: MetricKind, states: readonly string[]): string | null {
  if (from === to) return null;
  if (from === 'state' && to === 'boolean' && !areBooleanStates(states)) {
    return 'cannot become boolean, because its states are not a pair such as off and on';
  }
  if (from === 'state' && to !== 'boolean')
    return 'cannot be changed from state, because its stored values are not numbers';
  if (to === 'state' && states.length === 0) {
    return 'can become state only with the names of the stored numbers in `states`, the first one for 0';
  }
  return null;
}
