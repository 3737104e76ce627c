// What the server says of a field, in the reader's language: it speaks English, in sentences that the contract fixes.

import type { TextKey, Translate } from './text.ts';

const SENTENCES = {
  'Is too common': 'said.too_common',
  'Must contain an upper-case letter': 'said.upper_case',
  'Must contain a lower-case letter': 'said.lower_case',
  'Must contain a digit': 'said.digit',
  'Must be at most 72 bytes long': 'said.too_long',
  'Must not contain a NUL': 'said.control_characters',
  'Must not contain control characters': 'said.control_characters',
  'Must not be empty': 'said.empty',
  'Must be an e-mail address': 'said.email',
  'May contain letters, digits, dot, underscore and hyphen': 'said.username',
  'At least one field must be given': 'said.nothing_given',
  'Must be a decimal number': 'said.number',
  'Must be a whole number': 'said.whole_number',
  'A machine of this name exists': 'fault.name_taken',
} as const satisfies Record<string, TextKey>;
const COUNTED = [
  [/^Must have at least (\d+) characters$/, 'said.at_least'],
  [/^Must have at most (\d+) characters$/, 'said.at_most'],
] as const;

/** A sentence that nobody here knows stays as it is. */
export function serverMessage(t: Translate, sentence: string): string {
  if (Object.hasOwn(SENTENCES, sentence)) return t(SENTENCES[sentence as keyof typeof SENTENCES]);
  for (const [pattern, key] of COUNTED) {
    const count = pattern.exec(sentence)?.[1];
    if (count !== undefined) return t(key, { count: Number(count) });
  }
  return sentence;
}
