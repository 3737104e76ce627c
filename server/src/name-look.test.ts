import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameKey } from './name-key.ts';
import { lookAlikes, looksLike, skeleton } from './name-look.ts';

test.each([
  ['CNC-01', 'СNС-01'],
  ['Press 1', 'Press l'],
  ['Press 1', 'Press I'],
  ['Press 10', 'Press 1O'],
  ['manager1', 'rnanager1'],
  ['manager1', 'MANAGERl'],
  ['manager1', 'mаnаger１'],
  ['Kiln 3', 'Ｋiln 3'],
  ['Завод 3', 'Завод З'],
  ['Line  A', 'Line A'],
  ['Line\u00a0A', 'Line A'],
  ['می\u200cخواهم', 'میخواهم'],
  ['Ölpumpe', 'O\u0308lpumpe'],
  ['Pump–7', 'Pump-7'],
  ['Ρress', 'press'],
])('%s looks like %s', (a, b) => {
  expect(looksLike(a, b)).toBe(true);
});

test.each([
  ['Line I', 'Line L'],
  ['Line 1', 'Line L'],
  ['Line i', 'Line l'],
  ['Press 1', 'Press 7'],
  ['Press 1', 'Press 11'],
  ['Pumpe', 'Pümpe'],
  ['เครื่อง ๑', 'เครื่อง ๒'],
  ['آلة ٣', 'آلة ٤'],
  ['मशीन १', 'मशीन २'],
  ['机器一号', '机器三号'],
  ['Mesin Bubut A', 'Mesin Bubut B'],
  ['Café 1', 'Cafe 1'],
])('%s does not look like %s', (a, b) => {
  expect(looksLike(a, b)).toBe(false);
});

test('lines and presses of a plant with letters and numbers do not look alike', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = letters.flatMap((letter) => [`Line ${letter}`, ...[2, 3, 7, 12].map((n) => `Press ${letter}${n}`)]);
  const numbers = Array.from({ length: 500 }, (_, i) => `CNC-${String(i).padStart(3, '0')}`);
  expect(lookAlikes([...names, ...numbers])).toEqual([]);
  expect(lookAlikes(['Press 1', 'Line A', 'Press I', 'Line А'])).toEqual([
    ['Press 1', 'Press I'],
    ['Line A', 'Line А'],
  ]);
});

test('a skeleton is its own skeleton, and names that differ only in the encoding of accents have the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(skeleton(skeleton(name))).toBe(skeleton(name));
      expect(skeleton(name.normalize('NFC'))).toBe(skeleton(name.normalize('NFD')));
      expect(looksLike(name, name)).toBe(true);
    }),
  );
});

test('looking alike is symmetric, and is so without regard to case and hidden characters in plain words', () => {
  const word = fc.stringMatching(/^[a-hj-kn-z2-9 -]{1,20}$/);
  fc.assert(
    fc.property(word, word, fc.nat(19), (a, b, at) => {
      expect(looksLike(a, b)).toBe(looksLike(b, a));
      expect(looksLike(a, a.toUpperCase())).toBe(true);
      expect(looksLike(a, `${a.slice(0, at)}\u200b${a.slice(at)}`)).toBe(true);
      if (looksLike(a, b)) expect(nameKey(a).replace(/\s+/g, ' ').trim()).toBe(nameKey(b).replace(/\s+/g, ' ').trim());
    }),
  );
});
