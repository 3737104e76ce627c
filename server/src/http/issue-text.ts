// The sentence that tells a person what is wrong with a field, in place of the schema library's own words.

import type { core } from 'zod';

/**
 * Error map for `safeParse`. A text that a schema gives itself has precedence over it.
 * @param root what a fault of the whole is called, where the path is empty
 */
export const issueText =
  (root: string): core.$ZodErrorMap =>
  (issue) => {
    const name = nameOf(issue.path ?? [], root);
    const isAbsent = issue.input === undefined || (issue.input === null && (issue.path ?? []).length === 0);
    if (isAbsent) return `${name} is required`;
    switch (issue.code) {
      case 'invalid_type':
        return `${name} must be ${kind(issue.expected)}`;
      case 'invalid_value':
        return issue.values.length === 1
          ? `${name} must be ${shown(issue.values[0])}`
          : `${name} must be one of ${issue.values.map(shown).join(', ')}`;
      case 'too_small':
        return `${name} ${bound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`;
      case 'too_big':
        return `${name} ${bound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`;
      case 'invalid_format':
        return `${name} must be ${FORMATS[issue.format] ?? 'in the documented form'}`;
      case 'not_multiple_of':
        return `${name} must be a multiple of ${issue.divisor}`;
      case 'unrecognized_keys':
        return `${name} must not have ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
      case 'invalid_union':
        return `${name} has none of the forms that are allowed here`;
      case 'invalid_key':
        return `${name} has a name that is not allowed here`;
      default:
        return `${name} is not valid`;
    }
  };

/** The last name of a path says enough beside the whole path of the fault. */
function nameOf(path: readonly PropertyKey[], root: string): string {
  const last = path.at(-1);
  if (last === undefined) return root;
  return typeof last === 'number' ? `Element ${last}` : String(last);
}

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  date: 'a date',
};
const kind = (expected: string) => KINDS[expected] ?? `of the kind ${expected}`;

const FORMATS: Record<string, string> = {
  uuid: 'a UUID',
  guid: 'a UUID',
  email: 'an e-mail address',
  url: 'an address such as https://example.com',
  datetime: 'an ISO 8601 time such as 2026-01-15T10:30:00Z',
  date: 'a date such as 2026-01-15',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
};

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function bound(origin: string, limit: number | bigint, words: string): string {
  const unit = origin === 'string' ? 'character' : origin === 'array' || origin === 'set' ? 'element' : null;
  if (unit === null) return `must be ${words} ${limit}`;
  if (Number(limit) === 1 && words === 'at least') return 'must not be empty';
  return `must have ${words} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}
