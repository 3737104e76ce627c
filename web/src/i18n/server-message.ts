// What the server says of a field, in the reader's language: it speaks English, in sentences that the contract fixes.

import type { TextKey, Translate } from './text.ts';

const SENTENCES = {
  'is too common': 'said.too_common',
  'must contain an upper-case letter': 'said.upper_case',
  'must contain a lower-case letter': 'said.lower_case',
  'must contain a digit': 'said.digit',
  'must be at most 72 bytes long': 'said.too_long',
  'must not contain a NUL character': 'said.control_characters',
  'must not contain control characters': 'said.control_characters',
  'must not be empty': 'said.empty',
  'must be an e-mail address': 'said.email',
  'may only contain letters, digits, dots, underscores and hyphens': 'said.username',
  'must have at least one field': 'said.nothing_given',
  'must be a decimal number': 'said.number',
  'must be a whole number': 'said.whole_number',
  'A machine with this name already exists': 'fault.name_taken',
} as const satisfies Record<string, TextKey>;
const COUNTED = [
  [/^must have at least (\d+) characters$/, 'said.at_least'],
  [/^must have at most (\d+) characters$/, 'said.at_most'],
] as const;

/** What a sentence says of its subject, which the page names itself: `name must not be empty`. */
const PREDICATE = /^(?:.*? )?((?:must|may|is) .+)$/;

/** A sentence that is not known here stays as it is. */
export function serverMessage(t: Translate, sentence: string): string {
  const predicate = PREDICATE.exec(sentence)?.[1] ?? sentence;
  if (Object.hasOwn(SENTENCES, predicate)) return t(SENTENCES[predicate as keyof typeof SENTENCES]);
  for (const [pattern, key] of COUNTED) {
    const count = pattern.exec(predicate)?.[1];
    if (count !== undefined) return t(key, { count: Number(count) });
  }
  return sentence;
}
