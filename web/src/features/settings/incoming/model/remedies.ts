// What a person can do about a fault of the preview: in words, and where one click does it, the rule with it done.

import type { ProfileRule } from '@gonsters/contract';
import { COMMA, DATE_IN_NUMBERS } from './text-forms.ts';

export type RemedyKind =
  | 'arrival'
  | 'day_first'
  | 'month_first'
  | 'comma'
  | 'machine'
  | 'name_machine'
  | 'scope'
  | 'zone';
export interface Remedy {
  kind: RemedyKind;
  /** null where it is not the rule that has to change. */
  rule: ProfileRule | null;
}

/** null where there is none that the page knows. */
export function remedyOf(
  rule: ProfileRule,
  reason: string,
  field: string,
  value: string | number | boolean | null,
): Remedy | null {
  switch (reason) {
    case 'clock_not_set':
      return rule.unset_clock === 'refuse' ? { kind: 'arrival', rule: { ...rule, unset_clock: 'arrival' } } : null;
    case 'bad_timestamp': {
      const date = typeof value === 'string' ? DATE_IN_NUMBERS.exec(value) : null;
      if (date === null || rule.time_format !== 'auto') return null;
      // More than twelve is no month; where both could be one, most of the world writes the day first.
      const kind = Number(date[2]) > 12 ? 'month_first' : 'day_first';
      return { kind, rule: { ...rule, time_format: kind } };
    }
    case 'not_a_number':
    case 'not_a_value':
    case 'not_of_kind': {
      if (typeof value !== 'string' || !COMMA.test(value)) return null;
      const values = rule.values.map((each) =>
        each.metric === field || each.path.endsWith(`.${field}`) ? { ...each, decimal_text: 'comma' as const } : each,
      );
      return values.every((each, at) => each.decimal_text === rule.values[at]?.decimal_text)
        ? null
        : { kind: 'comma', rule: { ...rule, values } };
    }
    case 'unknown_machine':
      return { kind: 'machine', rule: null };
    case 'no_machine':
      return { kind: 'name_machine', rule: null };
    case 'not_allowed':
    case 'wrong_factory':
      return { kind: 'scope', rule: null };
    case 'in_the_future':
      return { kind: 'zone', rule: null };
    default:
      return null;
  }
}
