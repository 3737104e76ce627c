// The language of the page, which is remembered, and what components need of it.

import { METRICS } from '@gonsters/contract';
import { createContext, createElement, type ReactNode, useContext, useMemo, useState } from 'react';
import { createFormat, type Format } from './format.ts';
import { type LoadedLanguage, loadLanguage, rememberLanguage } from './load-catalogue.ts';
import { createTranslate, type Language, type Translate } from './text.ts';

export interface Texts {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Translate;
  format: Format;
  /** A metric's name, by its place in the catalogue. */
  metricLabel: (metric: number) => string;
}

const TextContext = createContext<Texts | null>(null);

export function useText(): Texts {
  const texts = useContext(TextContext);
  if (texts === null) throw new Error('Outside of a TextProvider');
  return texts;
}

/** `initial` is loaded before the page is first drawn, so that no text is ever missing. */
export function TextProvider({ initial, children }: { initial: LoadedLanguage; children: ReactNode }) {
  const [loaded, setLoaded] = useState(initial);
  const texts = useMemo<Texts>(() => {
    const { language, catalogue } = loaded;
    document.documentElement.lang = language;
    const format = createFormat(language);
    return {
      language,
      setLanguage: (next) => {
        rememberLanguage(next);
        // Without an answer the page stays as it is; the next visit tries again.
        void loadLanguage(next).then(setLoaded, () => {});
      },
      t: createTranslate(language, catalogue, (value) => format.number(value)),
      format,
      metricLabel: (metric) => METRICS[metric]?.label[language] ?? '',
    };
  }, [loaded]);
  return createElement(TextContext.Provider, { value: texts }, children);
}
