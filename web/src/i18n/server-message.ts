// Translates the server's messages about fields, which are English sentences that the contract fixes.

import type { TextKey, Translate } from './text.ts';

const SENTENCES = {
  'is too common': 'server.too_common',
  'must not contain the user name': 'server.contains_name',
  'must be at most 72 bytes long': 'server.too_long',
  'must not contain a NUL character': 'server.control_characters',
  'must not contain control characters': 'server.control_characters',
  'must not look the same as the name of another machine': 'server.looks_the_same',
  'must not be empty': 'server.empty',
  'must be an e-mail address': 'server.email',
  'may only contain letters, digits, dots, underscores and hyphens': 'server.username',
  'must be your own factory': 'server.own_factory',
  'must be your own factory, or null': 'server.own_factory_or_none',
  'must have at least one field': 'server.nothing_given',
  'must be a decimal number': 'server.number',
  'must be a whole number': 'server.whole_number',
  'A machine with this name already exists': 'fault.name_taken',
  'Another machine already has this alias': 'fault.alias_taken',
  'Another machine already has this as an alias': 'fault.alias_taken',
  'Another machine already has this as its id': 'fault.alias_taken',
  'Another machine already has this as its name': 'fault.alias_taken',
  'must not have an alias twice': 'server.alias_twice',
} as const satisfies Record<string, TextKey>;
const COUNTED = [
  [/^must have at least (\d+) characters$/, 'server.at_least'],
  [/^must have at most (\d+) characters$/, 'server.at_most'],
  [/^must have at most (\d+) aliases$/, 'server.aliases_at_most'],
] as const;

/** What a sentence says of its subject, which the page names itself: `name must not be empty`. */
const PREDICATE = /^(?:.*? )?((?:must|may|is) .+)$/;

/** An unknown sentence is returned as it is. */
export function serverMessage(t: Translate, sentence: string): string {
  const predicate = PREDICATE.exec(sentence)?.[1] ?? sentence;
  if (Object.hasOwn(SENTENCES, predicate)) return t(SENTENCES[predicate as keyof typeof SENTENCES]);
  if (predicate.startsWith('must not contain the invisible character')) return t('server.hidden_characters');
  for (const [pattern, key] of COUNTED) {
    const count = pattern.exec(predicate)?.[1];
    if (count !== undefined) return t(key, { count: Number(count) });
  }
  return sentence;
}
