import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hiddenCharacterFault } from './hidden-characters.ts';

test.each([
  ...['Press 1', 'Mesin Bubut Nº 3', 'Prüfstand Öl-Kühlung', 'Pru\u0308fstand', 'Łódź–Główna', 'Ñandú “2”'],
  ...[
    'เครื่องจักรที่ ๑',
    'آلة التعبئة رقم ٣',
    'می\u200cخواهم',
    'मशीन क्र. १',
    'क्\u200dष',
    'ക്\u200d',
    '机器一号',
    '葛\u{e0100}城',
  ],
  ...['⚙️ Gear', '👩🏽\u200d🏭 Line', '❤\ufe0f\u200d🔥'],
])('%s is a name', (name) => {
  expect(hiddenCharacterFault(name)).toBeNull();
});

test.each([
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202d', '\u202e', '\u2066', '\u2069'],
  ...[
    '\u00ad',
    '\u034f',
    '\u115f',
    '\u180e',
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\u2800',
    '\u3164',
    '\ufe0f',
    '\ufeff',
  ],
  ...['\uffa0', '\ufffb', '\u{e0041}', '\u{e0100}', '\ud800'],
])('a name with the character %j is refused, wherever it stands', (hidden) => {
  const code = hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  for (const name of [`${hidden}Press`, `Pre${hidden}ss`, `Press${hidden}`, `मशीन${hidden}${hidden}`]) {
    expect(hiddenCharacterFault(name)).toBe(`must not contain the invisible character U+${code}`);
  }
});

test('what is refused has a character that the engine shows as nothing, and what is taken has none outside of spelling', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 5 }), (a, b) => {
      const name = `${a}${b}`;
      const withoutHidden = name.replace(/[\p{Default_Ignorable_Code_Point}\p{Cs}\ufff9-\ufffb\u2800]/gu, '');
      if (withoutHidden === name) expect(hiddenCharacterFault(name)).toBeNull();
      if (/[\u202a-\u202e\u2066-\u2069\u200b]/.test(name)) expect(hiddenCharacterFault(name)).not.toBeNull();
    }),
  );
});
