// Loads the texts of a language when they are first needed.

import type { Catalogue, Language } from './text.ts';

const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: async () => (await import('./en/en.ts')).en,
  id: async () => (await import('./id/id.ts')).id,
};

export interface LoadedLanguage {
  readonly language: Language;
  readonly catalogue: Catalogue;
}

const KEY = 'gonsters.language';

/** The one that was chosen here, or else the browser's. */
export function rememberedLanguage(): Language {
  const remembered = localStorage.getItem(KEY);
  if (remembered === 'en' || remembered === 'id') return remembered;
  return navigator.language.toLowerCase().startsWith('id') ? 'id' : 'en';
}

export const rememberLanguage = (language: Language): void => localStorage.setItem(KEY, language);

/** Rejects where the server cannot be reached and the browser has not cached them. */
export async function loadLanguage(language: Language): Promise<LoadedLanguage> {
  return { language, catalogue: await CATALOGUES[language]() };
}
