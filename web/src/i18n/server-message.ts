// Translates the server's messages about fields, which are English sentences that the contract fixes.

import type { TextKey, Translate } from './text.ts';

const SENTENCES = {
  'Is too common': 'server.too_common',
  'Must contain an upper-case letter': 'server.upper_case',
  'Must contain a lower-case letter': 'server.lower_case',
  'Must contain a digit': 'server.digit',
  'Must be at most 72 bytes long': 'server.too_long',
  'Must not contain a NUL': 'server.control_characters',
  'Must not contain control characters': 'server.control_characters',
  'Must not be empty': 'server.empty',
  'Must be an e-mail address': 'server.email',
  'May contain letters, digits, dot, underscore and hyphen': 'server.username',
  'At least one field must be given': 'server.nothing_given',
  'Must be a decimal number': 'server.number',
  'Must be a whole number': 'server.whole_number',
  'A machine of this name exists': 'fault.name_taken',
} as const satisfies Record<string, TextKey>;
const COUNTED = [
  [/^Must have at least (\d+) characters$/, 'server.at_least'],
  [/^Must have at most (\d+) characters$/, 'server.at_most'],
] as const;

/** An unknown sentence is returned as it is. */
export function serverMessage(t: Translate, sentence: string): string {
  if (Object.hasOwn(SENTENCES, sentence)) return t(SENTENCES[sentence as keyof typeof SENTENCES]);
  for (const [pattern, key] of COUNTED) {
    const count = pattern.exec(sentence)?.[1];
    if (count !== undefined) return t(key, { count: Number(count) });
  }
  return sentence;
}
