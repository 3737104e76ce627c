// Parses a number with a decimal comma or a decimal point, whatever the language of the page.

import type { Language } from './text.ts';

const GROUP: Record<Language, string> = { en: ',', id: '.' };

/**
 * null for an empty text, NaN for what is no number. Where a separator could be either (1.500 or 1,500), the language
 * decides: what it groups thousands with groups them.
 */
export function parseNumber(text: string, language: Language): number | null {
  const plain = text.replace(/[\s\u00a0_]/g, '').replace(/[−–]/g, '-');
  if (plain === '') return null;
  const group = GROUP[language];
  const grouped = new RegExp(`^[+-]?\\d{1,3}(\\${group}\\d{3})+(?!\\d)`);
  const ungrouped = grouped.test(plain) ? plain.replaceAll(group, '') : plain;
  const decimal = ungrouped.replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(decimal) ? Number(decimal) : Number.NaN;
}

/** As it is typed: no grouping, the language's own decimal sign. */
export function numberInput(value: number | null | undefined, language: Language): string {
  if (value === null || value === undefined) return '';
  return language === 'id' ? String(value).replace('.', ',') : String(value);
}
