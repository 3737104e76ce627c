// Texts with named placeholders and plurals, checked by the compiler.

import type { en } from './en/en.ts';

export type Language = 'en' | 'id';
export type TextKey = keyof typeof en;
type Plural = { readonly one: string; readonly other: string };
/** Every key of the English texts of an area, of the same kind: what another language writes for it. */
export type Translated<English> = { readonly [key in keyof English]: English[key] extends Plural ? Plural : string };
export type Catalogue = Translated<typeof en>;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<Key extends TextKey> = (typeof en)[Key] extends infer Text
  ? Text extends string
    ? Names<Text>
    : Text extends Plural
      ? Names<Text['other']> | 'count'
      : never
  : never;
/** The values a text needs: none, or an object with every name in it. */
export type TextValues<Key extends TextKey> = [NamesOf<Key>] extends [never]
  ? []
  : [values: { [name in NamesOf<Key>]: string | number }];

/** A key whose text has no placeholders: for lists of keys. */
export type PlainTextKey = { [key in TextKey]: TextValues<key> extends [] ? key : never }[TextKey];

export type Translate = <Key extends TextKey>(key: Key, ...values: TextValues<Key>) => string;

/** `showNumber` writes a number placeholder in the language's own way. */
export function createTranslate(
  language: Language,
  catalogue: Catalogue,
  showNumber: (value: number) => string,
): Translate {
  const plurals = new Intl.PluralRules(language);
  return (key, ...[values]) => {
    const entry: string | Plural = catalogue[key];
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const text =
      typeof entry === 'string' ? entry : entry[plurals.select(Number(given.count)) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = given[name] ?? '';
      return typeof value === 'number' ? showNumber(value) : value;
    });
  };
}
