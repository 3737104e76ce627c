// The texts of connecting a device and of the Gateways screen, which come with their code.

import { useMemo } from 'react';
import { en } from '../../../i18n/gateways/en.ts';
import { id } from '../../../i18n/gateways/id.ts';
import { createTranslate, type TranslateOf } from '../../../i18n/text.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';

export type Say = TranslateOf<typeof en>;
const CATALOGUES = { en, id };

export function useGatewayText(): Texts & { say: Say } {
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
