// Tells a person what is wrong with a value, in place of the schema library's own words.
//
// The message of an issue is a predicate such as "must not be empty", also where a schema gives its own. A form shows it
// below the field; a reply of the API puts the name of the field before it, which makes a sentence.

import type { core } from 'zod';

/** Error map for `safeParse`. A message that a schema gives itself has precedence. */
export const issueText: core.$ZodErrorMap = (issue) => {
  const isAbsent = issue.input === undefined || (issue.input === null && (issue.path ?? []).length === 0);
  if (isAbsent) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? `of the type ${issue.expected}`}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${shown(issue.values[0])}`
        : `must be one of ${issue.values.map(shown).join(', ')}`;
    case 'too_small':
      return bound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most');
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'in the documented format'}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `must not have ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_union':
      return 'does not have any of the documented forms';
    case 'invalid_key':
      return 'is not a documented name';
    default:
      return 'is not valid';
  }
};

/**
 * The issue as a sentence: `limit must be at most 1000`. The subject is the last name of the path, since a fault has the
 * whole path beside it; `root` is the subject where the path is empty.
 */
export function issueSentence({ path, message }: Pick<core.$ZodIssue, 'path' | 'message'>, root: string): string {
  const last = path.at(-1);
  if (last === undefined) return `${root} ${message}`;
  return `${typeof last === 'number' ? `Element ${last}` : String(last)} ${message}`;
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
