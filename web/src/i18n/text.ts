// Texts with named placeholders and plurals, checked by the compiler.

import type { en } from './en/en.ts';

export type Language = 'en' | 'id';
export type TextKey = keyof typeof en;
type Plural = { readonly one: string; readonly other: string };
/** Every key of the English texts of an area, of the same kind: what another language writes for it. */
export type Translated<English> = { readonly [key in keyof English]: English[key] extends Plural ? Plural : string };
export type Catalogue = Translated<typeof en>;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<Text> = Text extends string ? Names<Text> : Text extends Plural ? Names<Text['other']> | 'count' : never;
/** The values a text needs: none, or an object with every name in it. */
type ValuesOf<Text> = [NamesOf<Text>] extends [never] ? [] : [values: { [name in NamesOf<Text>]: string | number }];
export type TextValues<Key extends TextKey> = ValuesOf<(typeof en)[Key]>;

/** A key whose text has no placeholders: for lists of keys. */
export type PlainTextKey = { [key in TextKey]: TextValues<key> extends [] ? key : never }[TextKey];

/** Of the texts of one area, whose keys and placeholders are those of the English ones. */
export type TranslateOf<English> = <Key extends keyof English>(key: Key, ...values: ValuesOf<English[Key]>) => string;
export type Translate = TranslateOf<typeof en>;

/** `showNumber` writes a number placeholder in the language's own way. Without another area, the texts of every screen. */
export function createTranslate<English extends object = typeof en>(
  language: Language,
  catalogue: Translated<NoInfer<English>>,
  showNumber: (value: number) => string,
): TranslateOf<English> {
  const plurals = new Intl.PluralRules(language);
  return (key, ...[values]) => {
    const entry = catalogue[key] as string | Plural;
    const given: Readonly<Record<string, string | number>> = values ?? {};
    const text =
      typeof entry === 'string' ? entry : entry[plurals.select(Number(given.count)) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = given[name] ?? '';
      return typeof value === 'number' ? showNumber(value) : value;
    });
  };
}
