// What the newest messages have at one place: how often numbers come as text, and which values come at all.

import { type Place, valueAt } from './message-path.ts';
import { parsePayload, type Scalar } from './message-tree.ts';
import { COMMA } from './text-forms.ts';

const MOST_DIFFERENT = 12;

/** Each payload parsed once; undefined for what is no JSON. */
export const parsePayloads = (payloads: readonly (string | null)[]): unknown[] =>
  payloads.map((payload) => (payload === null ? undefined : parsePayload(payload)));

export interface SeenValues {
  /** Messages that have a value there. */
  count: number;
  /** Of them, those that write a number as text with a decimal comma. */
  commas: number;
  /** The newest first, at most 12. */
  different: Scalar[];
}

export function seenValues(payloads: readonly unknown[], place: Place): SeenValues {
  const found = payloads.flatMap((payload): Scalar[] => {
    const value = valueAt(payload, place);
    return value === undefined || typeof value === 'object' ? [] : [value as Scalar];
  });
  return {
    count: found.length,
    commas: found.filter((value) => typeof value === 'string' && COMMA.test(value)).length,
    different: [...new Set(found)].slice(0, MOST_DIFFERENT),
  };
}
