// The texts of lost passwords and of admission, which come with their code.

import { useMemo } from 'react';
import { en } from '../../../i18n/password/en.ts';
import { id } from '../../../i18n/password/id.ts';
import { createTranslate, type TranslateOf } from '../../../i18n/text.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';

const CATALOGUES = { en, id };

export function usePasswordText(): Texts & { say: TranslateOf<typeof en> } {
  const texts = useText();
  const { language, format } = texts;
  return useMemo(
    () => ({
      ...texts,
      say: createTranslate<typeof en>(language, CATALOGUES[language], (value) => format.number(value)),
    }),
    [texts, language, format],
  );
}
