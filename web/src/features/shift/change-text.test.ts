import { expect, it } from 'vitest';
import { en } from '../../i18n/shift/en.ts';
import { id } from '../../i18n/shift/id.ts';
import { createTranslate, type Language } from '../../i18n/text.ts';
import { changeText } from './change-text.ts';

const names = {
  action: (action: string) => `<${action}>`,
  setting: (name: string) => (name === 'plant_timezone' ? 'Zona waktu' : name),
  metric: (name: string) => (name === 'temperature' ? 'Suhu' : name),
};
const text = (language: Language, change: Parameters<typeof changeText>[0]) =>
  changeText(change, createTranslate<typeof en>(language, language === 'en' ? en : id, String), names);

it('names a setting and both of its values', () => {
  const value = { field: '', before: null, after: 'Asia/Jakarta', is_list: false };
  const change = { action: 'config.update', target: 'plant_timezone', values: [value], values_left: 0 };
  expect(text('id', change)).toBe('<config.update>: Zona waktu · – → Asia/Jakarta');
});

it('names fields in the language of the page, and says how many it leaves out', () => {
  const value = (field: string, after: string | null, isList = false) => ({
    ...{ field, before: null, after, is_list: isList },
  });
  const change = {
    ...{ action: 'limits.update', target: 'CNC 7', values_left: 3 },
    values: [
      value('limits.temperature.high_high', '82.5'),
      value('limits.temperature.low', null),
      value('is_active', 'true'),
      value('members', '2', true),
      value('some_field', 'x'),
    ],
  };
  expect(text('en', change)).toBe(
    '<limits.update>: CNC 7 · Suhu high-high 82.5, Suhu low –, switched on yes, members: 2 entries, some field x, 3 more',
  );
  expect(text('id', change)).toContain('Suhu sangat tinggi 82.5, Suhu rendah –, dihidupkan ya, anggota: 2 entri');
});
