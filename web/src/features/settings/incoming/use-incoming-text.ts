// The texts of this screen, which come with its code: they are of no use to any other.

import { useMemo } from 'react';
import { en } from '../../../i18n/incoming/en.ts';
import { id } from '../../../i18n/incoming/id.ts';
import { createTranslate, type TranslateOf } from '../../../i18n/text.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';

export type Say = TranslateOf<typeof en>;
export interface IncomingTexts extends Texts {
  say: Say;
}

const CATALOGUES = { en, id };

export function useIncomingText(): IncomingTexts {
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
