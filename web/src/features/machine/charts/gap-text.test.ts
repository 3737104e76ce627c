import { describe, expect, it } from 'vitest';
import { en } from '../../../i18n/en/en.ts';
import { createFormat } from '../../../i18n/format.ts';
import { createTranslate } from '../../../i18n/text.ts';
import { gapText, newestGap } from './gap-text.ts';

const format = createFormat('en');
const texts = { t: createTranslate('en', en, String), format };
const at = (hour: number, minute: number, second = 0) => new Date(2026, 0, 15, hour, minute, second).getTime();
const NOW = at(15, 0);

describe('a hole in words', () => {
  it('says from when to when there was no data', () => {
    const view = { toMs: NOW, live: true, offline: false };
    expect(gapText(texts, [at(14, 35), at(14, 52)], view)).toBe('no data 14:35–14:52');
    expect(gapText(texts, [at(14, 35, 10), at(14, 35, 40)], view)).toBe('no data 14:35:10–14:35:40');
  });

  it('says since when, where it lasts, and whether the page itself is the reason', () => {
    const view = { toMs: NOW, live: true, offline: false };
    expect(gapText(texts, [at(14, 50), NOW], view)).toBe('no data since 14:50');
    expect(gapText(texts, [at(14, 50), NOW], { ...view, offline: true })).toBe('offline since 14:50');
    expect(gapText(texts, [at(14, 50), NOW], { ...view, live: false })).toBe('no data 14:50–15:00');
  });

  it('is told once for all metrics', () => {
    const gaps = [
      [[10, 20]],
      [
        [12, 21],
        [40, 50],
      ],
      [],
    ] as const;
    expect(newestGap(gaps)).toEqual({ gap: [40, 50], count: 2 });
    expect(newestGap([[], []])).toBeNull();
  });
});
