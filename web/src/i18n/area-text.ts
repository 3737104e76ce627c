// Texts of one area of the page that come with its code, in place of those that every screen loads.

import { useMemo } from 'react';
import { createTranslate, type Language, type Translated, type TranslateOf } from './text.ts';
import { type Texts, useText } from './use-text.ts';

export type AreaTexts<English> = Texts & { say: TranslateOf<English> };

/** A hook: the texts of every screen, and with `say` those of the area. */
export function areaText<English extends object>(
  en: English,
  id: Translated<NoInfer<English>>,
): () => AreaTexts<English> {
  const catalogues = { en, id } as Record<Language, Translated<English>>;
  return () => {
    const texts = useText();
    const { language, format } = texts;
    return useMemo(
      () => ({
        ...texts,
        say: createTranslate<English>(language, catalogues[language], (value) => format.number(value)),
      }),
      [texts, language, format],
    );
  };
}
