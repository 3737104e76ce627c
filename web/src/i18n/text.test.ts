import { describe, expect, it } from 'vitest';
import { en } from './en/en.ts';
import { id } from './id/id.ts';
import { type Catalogue, createTranslate } from './text.ts';

const catalogues: [string, Catalogue][] = [
  ['en', en],
  ['id', id],
];
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('texts', () => {
  it('fill in their placeholders, numbers in the language’s way', () => {
    const t = createTranslate('en', en, (value) => `<${value}>`);
    expect(t('fleet.cards_of', { shown: 14, total: 500 })).toBe('<14> of <500>, narrow the filters to see others');
    expect(t('alerts.open_chart', { machine: 'CNC-014' })).toBe('Chart of CNC-014 at that moment');
  });

  it('choose the plural by the count', () => {
    const t = createTranslate('en', en, String);
    expect(t('fleet.locations', { count: 1 })).toBe('1 location');
    expect(t('fleet.locations', { count: 0 })).toBe('0 locations');
  });

  it.each(catalogues)('have the placeholders of the English text in %s', (_, catalogue) => {
    for (const [key, text] of Object.entries(en)) {
      const other = catalogue[key as keyof typeof en];
      const flat = (entry: string | { one: string; other: string }) =>
        typeof entry === 'string' ? entry : entry.other;
      expect(placeholders(flat(other)), key).toEqual(placeholders(flat(text)));
    }
  });
});
