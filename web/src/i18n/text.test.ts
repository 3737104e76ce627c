import { describe, expect, it } from 'vitest';
import { en } from './en/en.ts';
import { id } from './id/id.ts';
import { en as incomingEn } from './incoming/en.ts';
import { id as incomingId } from './incoming/id.ts';
import { createTranslate } from './text.ts';

type Entry = string | { one: string; other: string };
const catalogues: [string, Record<string, Entry>, Record<string, Entry>][] = [
  ['id', en, id],
  ['id, incoming data', incomingEn, incomingId],
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

  it.each(catalogues)('have the placeholders of the English text in %s', (_, english, other) => {
    for (const [key, text] of Object.entries(english)) {
      const flat = (entry: Entry | undefined) => (typeof entry === 'string' ? entry : (entry?.other ?? ''));
      expect(placeholders(flat(other[key])), key).toEqual(placeholders(flat(text)));
    }
  });
});
