// The language of the page, remembered, and what components need of it.

import { METRICS } from '@gonsters/contract';
import { createContext, createElement, type ReactNode, useContext, useMemo, useState } from 'react';
import { en } from './en/en.ts';
import { createFormat, type Format } from './format.ts';
import { id } from './id/id.ts';
import { createTranslate, type Language, type Translate } from './text.ts';

export interface Texts {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Translate;
  format: Format;
  /** A metric's name, by its place in the catalogue. */
  metricLabel: (metric: number) => string;
}

const KEY = 'gonsters.language';
const TextContext = createContext<Texts | null>(null);

export function useText(): Texts {
  const texts = useContext(TextContext);
  if (texts === null) throw new Error('Outside of a TextProvider');
  return texts;
}

export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(rememberedLanguage);
  const texts = useMemo<Texts>(() => {
    document.documentElement.lang = language;
    const format = createFormat(language);
    return {
      language,
      setLanguage: (next) => {
        localStorage.setItem(KEY, next);
        setLanguage(next);
      },
      t: createTranslate(language, language === 'id' ? id : en, (value) => format.number(value)),
      format,
      metricLabel: (metric) => METRICS[metric]?.label[language] ?? '',
    };
  }, [language]);
  return createElement(TextContext.Provider, { value: texts }, children);
}

function rememberedLanguage(): Language {
  const remembered = localStorage.getItem(KEY);
  if (remembered === 'en' || remembered === 'id') return remembered;
  return navigator.language.toLowerCase().startsWith('id') ? 'id' : 'en';
}
